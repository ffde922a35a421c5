"""The dialplan's questions: one AGI session each, answered by `FlowStep`s and one `Leave`."""

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from callcenter.asterisk.agi_call import AgiCall
from callcenter.asterisk.agi_errors import AgiBadRequest, AgiRefused
from callcenter.asterisk.bridge.partner import stamp_partner
from callcenter.asterisk.bridge.speaking import LateKey, Sounds, play, run_step
from callcenter.asterisk.bridge.working import Work, nobody, run_work
from callcenter.asterisk.reading import shown_name
from callcenter.calls.commands import DoWork, FlowStep, Leave
from callcenter.calls.languages import Language
from callcenter.calls.numbers import cleaned
from callcenter.calls.signals import (
    Beat,
    FlowInput,
    FlowWanted,
    HeldBeat,
    NextWanted,
    QuestionClosed,
    WaitKey,
    WorkDone,
)

log = logging.getLogger(__name__)

Answer = FlowStep | DoWork | Leave
Question = FlowWanted | Beat | HeldBeat | WaitKey | NextWanted | FlowInput | WorkDone | QuestionClosed
# The dialplan ends a question of the waiting room that stays without an answer; what is said in answer has more time.
SPEECH_MOST_S = 120
KEY = re.compile(r"[0-9*#]")
MESSAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
MUSIC = re.compile(r"[a-z][a-z0-9_]{0,31}")
ASTERISK_LANGUAGES: dict[Language, str] = {"zh-CN": "zh", "en": "en"}


@dataclass
class _Asked:
    interaction: str
    answers: asyncio.Queue[Answer] = field(default_factory=asyncio.Queue)


class Questions:
    """Open questions by AGI session id. `tell` receives the signals; `now` gives their time.

    A question that the core leaves unanswered for `patience_s` is closed: the dialplan then does
    what it does without an engine, and the caller is not lost to a silent line. `messages`: the
    folder in which Asterisk writes what callers say to a mailbox.
    """

    def __init__(
        self,
        tell: Callable[[Question], None],
        now: Callable[[], float],
        sounds: Sounds,
        patience_s: float = 5.0,
        work: Work = nobody,
        messages: Path = Path(),
    ) -> None:
        self._work = work
        self._tell = tell
        self._now = now
        self._sounds = sounds
        self._patience_s = patience_s
        self._messages = messages
        self._open: dict[str, _Asked] = {}

    def __len__(self) -> int:
        return len(self._open)

    def answer(self, answer: Answer) -> None:
        """An answer to a question that is closed already is dropped: its caller is gone or elsewhere.

        Raises ValueError, naming the field, for a value that must not reach Asterisk.
        """
        asked = self._open.get(answer.agi)
        if asked is None:
            return
        if isinstance(answer, Leave):
            check_leave(answer, asked.interaction)
        asked.answers.put_nowait(answer)

    async def ask(self, call: AgiCall) -> None:
        """The FastAGI handler: returns when the question is answered or nobody waits for it any more."""
        interaction = interaction_of(call)
        question = await self._question(call, interaction)
        asked = self._open[call.session_id] = _Asked(interaction)
        try:
            self._tell(question)
            await self._converse(call, interaction, asked.answers)
        finally:
            del self._open[call.session_id]
            self._tell(QuestionClosed(at=self._now(), agi=call.session_id, interaction=interaction))

    async def _question(self, call: AgiCall, interaction: str) -> Question:
        known = {"agi": call.session_id, "interaction": interaction, "channel": call.environment["uniqueid"]}
        if call.script == "flow":
            return await self._flow_question(call, known)
        if call.script == "beat":
            return Beat(at=self._now(), **known)
        if call.script == "held":
            return HeldBeat(at=self._now(), **known)
        if call.script == "key":
            return WaitKey(at=self._now(), key=key_pressed(call), **known)
        if call.script == "next":
            return next_question(call, known, self._now())
        raise AgiRefused(f"the dialplan asks for {call.script[:40]!r}; known: flow, beat, held, key, next")

    async def _flow_question(self, call: AgiCall, known: dict[str, str]) -> Question:
        dialled = await call.get_variable("CC_DNIS") or ""
        return FlowWanted(
            at=self._now(),
            caller=cleaned(call.environment.get("callerid", "")),
            caller_name=shown_name(call.environment.get("calleridname", "")),
            dialled=cleaned(dialled),
            agi=known["agi"],
            interaction=known["interaction"],
            channel=known["channel"],
        )

    async def _converse(self, call: AgiCall, interaction: str, answers: "asyncio.Queue[Answer]") -> None:
        late = LateKey()
        while (answer := await self._next_answer(call, answers)) is not None:
            if answer.play and call.script in ("beat", "held", "key"):
                await call.set_variable("TIMEOUT(absolute)", str(SPEECH_MOST_S))
            if isinstance(answer, Leave):
                await leave(call, answer, self._sounds)
                return
            if isinstance(answer, DoWork):
                if not await self._had_done(call, answer, interaction):
                    return
                continue
            own = self._own_message(interaction) if answer.message else ()
            digits = await run_step(call, answer, self._sounds, own, late)
            self._tell(FlowInput(at=self._now(), agi=call.session_id, interaction=interaction, digits=digits))

    async def _had_done(self, call: AgiCall, answer: DoWork, interaction: str) -> bool:
        """False: the caller is gone, and so is the work."""
        outcome = await run_work(call, answer, self._work, self._sounds)
        if outcome is not None:
            agi = call.session_id
            self._tell(WorkDone(at=self._now(), agi=agi, interaction=interaction, key=answer.key, outcome=outcome))
        return outcome is not None

    def _own_message(self, interaction: str) -> tuple[str, ...]:
        """What the caller has just recorded, when there is any of it."""
        raw = self._messages / f"{interaction}.raw"
        return (str(raw.with_suffix("")),) if MESSAGE.fullmatch(interaction) and raw.is_file() else ()

    async def _next_answer(self, call: AgiCall, answers: "asyncio.Queue[Answer]") -> Answer | None:
        """None when the caller is gone first, or the core is silent for too long."""
        answer, gone = asyncio.ensure_future(answers.get()), asyncio.ensure_future(call.until_hung_up())
        try:
            done, _ = await asyncio.wait({answer, gone}, timeout=self._patience_s, return_when="FIRST_COMPLETED")
            if not done:
                log.error("question %s (%s) was not answered: closed", call.session_id, call.script)
            return answer.result() if answer in done and gone not in done else None
        finally:
            answer.cancel()
            gone.cancel()


def interaction_of(call: AgiCall) -> str:
    """The customer's id: the account code that the dialplan stamped. AgiBadRequest from somebody who is no call."""
    if not call.environment.get("uniqueid"):
        raise AgiBadRequest("the AGI environment names no channel")
    return call.environment.get("accountcode") or call.environment["uniqueid"]


def next_question(call: AgiCall, known: dict[str, str], at: float) -> NextWanted:
    offer, result, talked = (*call.arguments, "", "", "")[:3]
    return NextWanted(at=at, offer=offer, result=result, talked=talked == "1", **known)


def place_of(call: AgiCall) -> str:
    """Where in the dialplan the caller is. A dial that found no telephone is over before anything is seen of it."""
    context = call.environment.get("context", "")
    if context != "next":
        return context
    return call.arguments[0] if call.arguments and call.arguments[0] in ("room", "outside") else "offer"


def key_pressed(call: AgiCall) -> str:
    """AgiBadRequest from somebody who is no telephone."""
    key = "".join(call.arguments)
    if not KEY.fullmatch(key):
        raise AgiBadRequest(f"{key[:20]!r} is no key of a telephone; allowed: one of 0-9, * and #")
    return key


def check_leave(answer: Leave, interaction: str) -> None:
    """ValueError naming the field. A message is called after its call: nobody's is written over another's."""
    if answer.music and not MUSIC.fullmatch(answer.music):
        raise ValueError(f"music is {answer.music[:80]!r}; allowed: {MUSIC.pattern}")
    if answer.to != "voicemail":
        return
    allowed = [interaction + suffix for suffix in ("", ".raw", ".wav")]
    if not MESSAGE.fullmatch(interaction) or answer.file not in allowed:
        raise ValueError(
            f"file is {answer.file[:80]!r}; allowed: the call's id, {interaction[:80]!r}, .wav or .raw after it"
        )


async def stamp_message(call: AgiCall, answer: Leave) -> None:
    await call.set_variable("CC_MOST", str(int(answer.most_s)))
    await call.set_variable("CC_SILENCE", str(int(answer.silence_s)))
    await call.set_variable("CC_AFRESH", "1" if answer.afresh else "")
    await call.set_variable("CC_FILE", interaction_of(call))


async def leave(call: AgiCall, answer: Leave, sounds: Sounds) -> None:
    """Stamps the channel first, so that a caller moved away during the prompt keeps the place."""
    if answer.language is not None:
        await call.set_variable("CC_LANG", answer.language)
        await call.set_variable("CHANNEL(language)", ASTERISK_LANGUAGES[answer.language])
    if answer.queue:
        await call.set_variable("CC_QUEUE", answer.queue)
    if answer.queued_at:
        await call.set_variable("CC_ENTRY", f"{answer.queued_at:.3f}")
    if answer.music:
        await call.set_variable("CHANNEL(musicclass)", answer.music)
    if answer.to == "voicemail":
        await stamp_message(call, answer)
    if answer.to == "agent":
        await stamp_partner(call, answer, sounds)
    await play(call, answer.play, sounds)
    await call.set_variable("CC_NEXT", answer.to)
