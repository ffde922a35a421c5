"""Flows that are called by others: what each takes and gives, told from its source when it is asked for."""

from collections.abc import Iterator, Mapping

import msgspec

from callcenter.ivr.flow import Flow, Interface
from callcenter.ivr.known import Known
from callcenter.ivr.parse import parse
from callcenter.ivr.problems import FlowError


def with_subflows(known: Known, sources: Mapping[str, str]) -> Known:
    """So that a flow is checked against those it calls; `sources`: the text of each flow there is, by its id."""
    return msgspec.structs.replace(known, subflows=Interfaces(known, sources))


def callers_of(called: str, flows: Mapping[str, Flow]) -> Iterator[str]:
    """The flows that call it themselves."""
    return (flow_id for flow_id, flow in flows.items() if called in flow.calls())


class Interfaces(Mapping[str, Interface]):
    """By the flow's id. One that cannot be read, or is being read already (flows that call each other in a circle),
    is not there."""

    def __init__(self, known: Known, sources: Mapping[str, str]) -> None:
        self._known = msgspec.structs.replace(known, subflows=self)
        self._sources = sources
        self._found: dict[str, Flow | None] = {}

    def __getitem__(self, flow_id: str) -> Interface:
        found = self._flow(flow_id)
        if found is None:
            raise KeyError(flow_id)
        return found.interface

    def flows(self, flow_id: str, version: int | None) -> tuple[Flow, int] | None:
        """The flows themselves, for a run (`checkpoint.Flows`); there is one version of each."""
        found = self._flow(flow_id)
        return None if found is None else (found, 1)

    def _flow(self, flow_id: str) -> Flow | None:
        if flow_id not in self._found:
            self._found[flow_id] = None  # while it is being read
            self._found[flow_id] = self._read(flow_id)
        return self._found[flow_id]

    def __eq__(self, other: object) -> bool:
        """Without reading any flow."""
        return isinstance(other, Interfaces) and self._sources == other._sources

    def __iter__(self) -> Iterator[str]:
        return (flow_id for flow_id in self._sources if flow_id in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _read(self, flow_id: str) -> Flow | None:
        if flow_id not in self._sources:
            return None
        try:
            return parse(self._sources[flow_id], flow_id, self._known)
        except FlowError:
            return None
