"""The stretches of a call as its customer has them. Part of `call_rows`; pure."""

from callcenter.store.rows import Segment

TALKING = ("talk", "conference")
HOLDING = ("hold", "consult", "reconnecting")
WITH_OTHERS = (*TALKING, *HOLDING, "outside", "dialling")  # these exclude each other
EVERY_KIND = ("flow", "survey", "queue", "voicemail", *WITH_OTHERS)


class Stretches:
    """`seq`, which the caller keeps, is the ledger entry that what begins now begins with."""

    def __init__(self, call_id: str) -> None:
        self.rows: list[Segment] = []
        self.seq = 0
        self._call_id = call_id

    def begin(
        self, kind: str, at: float, *, agent: str = "", queue: str = "", flow: str = "", party: str = ""
    ) -> Segment:
        segment = Segment(
            call_id=self._call_id,
            seq=self.seq,
            kind=kind,
            began_at=at,
            agent=agent,
            queue=queue,
            flow=flow,
            party=party,
        )
        self.rows.append(segment)
        return segment

    def end(self, at: float, result: str, *kinds: str) -> None:
        for segment in self.rows:
            if segment.ended_at is None and segment.kind in kinds:
                segment.ended_at, segment.result = max(at, segment.began_at), result

    def end_of_agent(self, at: float, result: str, agent: str) -> None:
        """What goes on with this agent ends; a stretch that another's had ended already is told why."""
        own = [segment for segment in self.rows if segment.agent == agent and segment.kind in WITH_OTHERS]
        for segment in own:
            if segment.ended_at is None:
                segment.ended_at, segment.result = max(at, segment.began_at), result
        if own and not own[-1].result:
            own[-1].result = result

    def open(self, *kinds: str) -> Segment | None:
        return next((each for each in self.rows if each.ended_at is None and each.kind in kinds), None)

    def length_s(self, kinds: tuple[str, ...], agent: str, since: float) -> float:
        """How long those with this agent lasted that began since the moment and are over."""
        return sum(
            each.ended_at - each.began_at
            for each in self.rows
            if each.ended_at is not None and each.kind in kinds and each.agent == agent and each.began_at >= since
        )
