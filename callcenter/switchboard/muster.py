"""Who of a queue's agents is where: counted as agents change, so that nobody has to be looked for."""

from collections import Counter, defaultdict

from callcenter.acd.agent import Agent

NOT_SERVING = ("signed_out", "paused", "off_duty", "unreachable")


class Muster:
    """The agents of one queue. `at_work`: signed in and on duty; `by_state`: agent ids by `Agent.state`."""

    def __init__(self) -> None:
        self.members: set[str] = set()
        self.signed_in: set[str] = set()
        self.on_duty: set[str] = set()
        self.by_state: defaultdict[str, set[str]] = defaultdict(set)

    @property
    def at_work(self) -> set[str]:
        return self.signed_in & self.on_duty

    @property
    def serving(self) -> int:
        """Agents who take calls, now or after the one in hand."""
        return len(self.members) - sum(len(self.by_state[state]) for state in NOT_SERVING)

    def excluded(self) -> dict[str, int]:
        """How many are in each state other than ready."""
        return {state: len(ids) for state, ids in self.by_state.items() if ids and state != "ready"}


class Musters:
    """Those of all queues, kept by `note` whenever an agent may have changed."""

    def __init__(self) -> None:
        self._of: defaultdict[str, Muster] = defaultdict(Muster)
        self._noted: dict[str, tuple[tuple[str, ...], str]] = {}
        self._shared: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def __getitem__(self, queue: str) -> Muster:
        return self._of[queue]

    def note(self, agent_id: str, agent: Agent | None, now: float) -> None:
        """`agent` None: there is no such agent any more."""
        queues, state = self._noted.pop(agent_id, ((), ""))
        self._share(queues, state, -1)
        for queue in queues:
            self._of[queue].by_state[state].discard(agent_id)
        present = agent.queues if agent else ()
        for queue in set(queues) - set(present):
            muster = self._of[queue]
            for group in (muster.members, muster.signed_in, muster.on_duty):
                group.discard(agent_id)
        if agent:
            self._enlist(agent, "busy" if agent.state(now) == "ready" and agent.legs else agent.state(now))

    def _enlist(self, agent: Agent, state: str) -> None:
        for queue in agent.queues:
            muster = self._of[queue]
            muster.by_state[state].add(agent.id)
            muster.members.add(agent.id)
            _put(muster.signed_in, agent.id, agent.intent != "signed_out")
            _put(muster.on_duty, agent.id, agent.on_duty)
        self._noted[agent.id] = (agent.queues, state)
        self._share(agent.queues, state, 1)

    def shared(self, queue: str) -> list[tuple[str, int]]:
        """The other queues that agents who serve this one serve too, with how many do."""
        return [(other, common) for other, common in self._shared[queue].items() if common]

    def _share(self, queues: tuple[str, ...], state: str, by: int) -> None:
        if state in NOT_SERVING or len(queues) < 2:
            return
        for queue in queues:
            for other in queues:
                if other != queue:
                    self._shared[queue][other] += by


def _put(group: set[str], member: str, belongs: bool) -> None:
    if belongs:
        group.add(member)
    else:
        group.discard(member)
