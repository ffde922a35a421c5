"""A caller who does what is written down, and what comes of it: the tests of flows.

The transcript says what is heard, pressed and asked for, and where the call ended, and nothing of how the call was
driven: the pure session here and a real telephone give the same lines.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from callcenter.calls.languages import Language, Prompt
from callcenter.calls.outside import Outcome
from callcenter.ivr import session as ivr
from callcenter.ivr.checkpoint import no_flows
from callcenter.ivr.flow import Flow
from callcenter.ivr.values import Value

HANG_UP = "hang_up"
SILENT = "silent"
HIDDEN = "(secret)"
Did = Literal["hears", "presses", "silent_s", "asks", "hangs_up_at", "ends"]


class ScenarioError(Exception):
    """A scenario that cannot be played: it lacks the answer to something, or presses more than is taken."""

    word = "bad_scenario"


class Line(msgspec.Struct, frozen=True):
    """One line of a transcript: `hears` a text, `presses` keys, is `silent_s` so long, `asks` (node: outcome), …"""

    did: Did
    what: str

    def __str__(self) -> str:
        return f"{self.did}: {self.what}"


class Scenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`does`: keys for one wait after the other, or `silent` for none in time, or `hang_up`; who has done it all
    keeps silent. `outside`: what comes of the work that a node has done, one answer after the other, the last one
    for ever.
    `at`: the centre's clock when the call comes in.
    """

    name: str
    does: tuple[str, ...] = ()
    at: datetime = datetime(2026, 1, 5, 10, 0)
    language: Language = "zh-CN"
    caller: str = "+8613800138000"
    dialled: str = ""
    customer: ivr.Customer = ivr.Customer()
    queue: str = ""
    agent: str = ""
    open: frozenset[str] = frozenset()
    holiday: bool = False
    chance: float = 0.0
    wait_s: tuple[float, float] | None = None
    may_return: bool = False
    outside: dict[str, tuple[Outcome, ...]] = {}
    transcript: tuple[Line, ...] | None = None

    def context(self, secrets: dict[str, Value] | None = None) -> ivr.Context:
        return ivr.Context(
            local_now=self.at,
            language=self.language,
            caller=self.caller,
            dialled=self.dialled,
            customer=self.customer,
            queue=self.queue,
            agent=self.agent,
            open_rosters=self.open,
            holiday=self.holiday,
            chance=self.chance,
            wait=self.wait_s,
            may_return=self.may_return,
            call="scenario",
            secrets=secrets or {},
        )


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """A wait of the call, or its end: `then` has what is heard before, `path` the nodes walked to since the last one.

    `keys`: what the caller does where keys are waited for, as in `Scenario.does`. `outcome`: what comes of the work
    that is waited for.
    """

    place: str
    path: tuple[str, ...]
    then: ivr.Collect | ivr.Outside | ivr.Leaving
    keys: str = ""
    outcome: Outcome = Outcome()

    def lines(self) -> Iterator[Line]:
        """Of the transcript. ScenarioError."""
        yield from heard(self.then.play)
        match self.then:
            case ivr.Outside():
                yield Line("asks", f"{self.place}: {self.outcome.word}")
            case ivr.Collect(max_digits=0):
                pass
            case ivr.Collect() if self.keys == HANG_UP:
                yield Line("hangs_up_at", self.place)
            case ivr.Collect() as collect:
                yield pressed(typed(self.keys, collect), collect)
            case leaving:
                yield ended(leaving)


def play(flow: Flow, scenario: Scenario, flows: ivr.Flows = no_flows) -> tuple[Line, ...]:
    """What happens; ScenarioError."""
    return tuple(line for moment in moments(flow, scenario, flows) for line in moment.lines())


def moments(flow: Flow, scenario: Scenario, flows: ivr.Flows = no_flows) -> Iterator[Moment]:
    """From wait to wait, to the end of the call; ScenarioError."""
    return _Play(flow, scenario, flows).moments()


class _Play:
    def __init__(self, flow: Flow, scenario: Scenario, flows: ivr.Flows) -> None:
        self._flow, self._scenario, self._flows = flow, scenario, flows
        self._inputs = list(scenario.does)
        self._asked: dict[str, int] = {}

    def moments(self) -> Iterator[Moment]:
        step: ivr.Step | None = ivr.start(self._flow, 1, self._scenario.context(), self._flows)
        while step is not None:
            moment = self._moment(step)
            yield moment
            step = self._next(step, moment)

    def _moment(self, step: ivr.Step) -> Moment:
        moment = Moment(place=step.session.place, path=step.path, then=step.then)
        match step.then:
            case ivr.Outside():
                return msgspec.structs.replace(moment, outcome=self._outcome(moment.place))
            case ivr.Collect(max_digits=most) if most:
                return msgspec.structs.replace(moment, keys=self._inputs.pop(0) if self._inputs else SILENT)
            case _:
                return moment

    def _next(self, step: ivr.Step, moment: Moment) -> ivr.Step | None:
        match step.then:
            case ivr.Outside():
                return self._answered(step, moment.outcome)
            case ivr.Collect() as collect if moment.keys != HANG_UP:
                return self._resumed(step, typed(moment.keys, collect))
            case _:
                return None

    def _answered(self, step: ivr.Step, outcome: Outcome) -> ivr.Step:
        return ivr.answered(self._flow, step.session, outcome, self._context(step), self._flows)

    def _resumed(self, step: ivr.Step, digits: str) -> ivr.Step:
        return ivr.resume(self._flow, step.session, digits, self._context(step), self._flows)

    def _context(self, step: ivr.Step) -> ivr.Context:
        return self._scenario.context(dict(step.secrets))

    def _outcome(self, node: str) -> Outcome:
        answers = self._scenario.outside.get(node, ())
        if not answers:
            raise ScenarioError(
                f"node {node!r} has work done outside, and the scenario does not say what comes of it"
            )
        at = self._asked.get(node, 0)
        self._asked[node] = at + 1
        return answers[min(at, len(answers) - 1)]


def heard(prompts: Sequence[Prompt]) -> Iterator[Line]:
    """One line for all that is heard in one piece."""
    if said := " ".join(prompt.text for prompt in prompts):
        yield Line("hears", said)


def typed(keys: str, collect: ivr.Collect) -> str:
    """The digits as they come in: without the key that ends them. ScenarioError for more than are taken."""
    if keys == SILENT:
        return ""
    digits, _, more = keys.partition(collect.terminator) if collect.terminator else (keys, "", "")
    if more or len(digits) > collect.max_digits:
        raise ScenarioError(f"{keys!r} is pressed where at most {collect.max_digits} keys are taken")
    return digits


def pressed(digits: str, collect: ivr.Collect) -> Line:
    if not digits:
        return Line("silent_s", f"{collect.timeout_s:g}")
    return Line("presses", HIDDEN if collect.secret else digits)


def ended(then: ivr.Leaving) -> Line:
    match then:
        case ivr.ToQueue():
            skills = "".join(f" {skill}={level}" for skill, level in sorted(then.skills.items()))
            return Line("ends", f"queue {then.queue}{skills}")
        case ivr.ToMailbox():
            return Line("ends", "mailbox")
        case ivr.ToVoicemail():
            return Line("ends", f"voicemail {then.mailbox}")
        case ivr.ToCallback():
            return Line("ends", f"callback {then.queue} {then.number}")
        case ivr.Back():
            return Line("ends", "back")
        case ivr.End():
            return Line("ends", "hang_up")
