"""A call that we have ordered and nobody has answered yet, and what is said when it comes to nothing."""

from dataclasses import dataclass
from typing import Literal

from callcenter.calls.centre import Device
from callcenter.calls.signals import AgentRung, CustomerCalled, OutsideCalled

Result = Literal["no_answer", "busy", "unreachable", "failed"]
Role = Literal["agent", "consult", "external", "supervisor"]
Failure = AgentRung | CustomerCalled | OutsideCalled

# Q.850. What is not here says nothing of the person: 16 is a caller's or our own patience that is over.
_NO_ANSWER = frozenset({16, 18, 19, 31})
_BUSY = frozenset({17, 21})
_UNREACHABLE = frozenset({1, 2, 3, 20, 22, 27, 28, 34, 38, 41, 42, 44})


@dataclass(frozen=True)
class Ordered:
    """`agent` is empty for the customer, and for somebody outside, whose `channel` is named then."""

    interaction: str
    agent: str = ""
    device: Device = "desk"
    role: Role = "agent"
    channel: str = ""

    @property
    def is_customer(self) -> bool:
        return not self.agent and self.role != "external"


def came_to_nothing(ordered: Ordered, result: Result, at: float) -> Failure:
    if ordered.is_customer:
        return CustomerCalled(at=at, interaction=ordered.interaction, result=result)
    if ordered.role == "external":
        return OutsideCalled(at=at, interaction=ordered.interaction, channel=ordered.channel, result=result)
    return AgentRung(at=at, interaction=ordered.interaction, agent=ordered.agent, result=result)


def result_of(cause: int) -> Result:
    if cause in _NO_ANSWER:
        return "no_answer"
    if cause in _BUSY:
        return "busy"
    return "unreachable" if cause in _UNREACHABLE else "failed"
