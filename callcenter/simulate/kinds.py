"""Calls of one kind, same queue and same skills, have the same needs; these are worked out once a kind."""

from callcenter.acd.needs import Needs, Stage, may_serve, stages
from callcenter.simulate.calls import Call, Floor, Line

_PLAIN = Line()


class Kind:
    """`servable`: somebody on the floor may serve it, at once or when it has waited long enough."""

    __slots__ = ("_always", "_line", "_skills", "credit_s", "servable")

    def __init__(self, floor: Floor, queue: str, skills: tuple[tuple[str, int], ...]) -> None:
        self._line = floor.lines.get(queue, _PLAIN)
        self._skills = dict(self._line.skills)
        for skill, level in skills:
            self._skills[skill] = max(level, self._skills.get(skill, 0))
        self._always = None if self._line.relax and self._skills else stages(0.0, self._skills, ())
        self.credit_s = self._line.credit_s
        self.servable = self._is_servable(floor, queue)

    def stages_from(self, entered_at: float) -> tuple[Stage, ...]:
        return self._always or stages(entered_at, self._skills, self._line.relax)

    def _is_servable(self, floor: Floor, queue: str) -> bool:
        needs: Needs = self.stages_from(0.0)[-1].needs
        able = (worker for worker in floor.workers if worker.shifts and queue in worker.queues)
        return any(may_serve(worker.id, worker.skills, needs) for worker in able)


class Kinds:
    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._known: dict[tuple[str, tuple[tuple[str, int], ...]], Kind] = {}

    def of(self, call: Call) -> Kind:
        known = self._known.get((call.queue, call.skills))
        if known is None:
            known = Kind(self._floor, call.queue, call.skills)
            self._known[call.queue, call.skills] = known
        return known
