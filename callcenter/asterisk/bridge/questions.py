"""The dialplan's questions: one AGI session each, answered by `FlowStep`s and one `Leave`."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from callcenter.asterisk.agi_call import AgiCall
from callcenter.asterisk.agi_errors import AgiBadRequest, AgiRefused
from callcenter.asterisk.reading import shown_name
from callcenter.calls.commands import FlowStep, Leave
from callcenter.calls.languages import Language, Prompt
from callcenter.calls.numbers import cleaned
from callcenter.calls.signals import Beat, FlowInput, FlowWanted, NextWanted, QuestionClosed

log = logging.getLogger(__name__)

Answer = FlowStep | Leave
Question = FlowWanted | Beat | NextWanted | FlowInput | QuestionClosed
Sounds = Callable[[Prompt], Awaitable[str]]
"""The file of a prompt: absolute, without extension."""

BETWEEN_KEYS_MS = 3000
ASTERISK_LANGUAGES: dict[Language, str] = {"zh-CN": "zh", "en": "en"}


class Questions:
    """Open questions by AGI session id. `tell` receives the signals; `now` gives their time.

    A question that the core leaves unanswered for `patience_s` is closed: the dialplan then does
    what it does without an engine, and the caller is not lost to a silent line.
    """

    def __init__(
        self, tell: Callable[[Question], None], now: Callable[[], float], sounds: Sounds, patience_s: float = 5.0
    ) -> None:
        self._tell = tell
        self._now = now
        self._sounds = sounds
        self._patience_s = patience_s
        self._open: dict[str, asyncio.Queue[Answer]] = {}

    def __len__(self) -> int:
        return len(self._open)

    def answer(self, answer: Answer) -> None:
        """An answer to a question that is closed already is dropped: its caller is gone or elsewhere."""
        waiting = self._open.get(answer.agi)
        if waiting is not None:
            waiting.put_nowait(answer)

    async def ask(self, call: AgiCall) -> None:
        """The FastAGI handler: returns when the question is answered or nobody waits for it any more."""
        interaction = interaction_of(call)
        question = await self._question(call, interaction)
        answers: asyncio.Queue[Answer] = asyncio.Queue()
        self._open[call.session_id] = answers
        try:
            self._tell(question)
            await self._converse(call, interaction, answers)
        finally:
            del self._open[call.session_id]
            self._tell(QuestionClosed(at=self._now(), agi=call.session_id, interaction=interaction))

    async def _question(self, call: AgiCall, interaction: str) -> Question:
        known = {"agi": call.session_id, "interaction": interaction, "channel": call.environment["uniqueid"]}
        if call.script == "flow":
            return await self._flow_question(call, known)
        if call.script == "beat":
            return Beat(at=self._now(), **known)
        if call.script == "next":
            return next_question(call, known, self._now())
        raise AgiRefused(f"the dialplan asks for {call.script[:40]!r}; known: flow, beat, next")

    async def _flow_question(self, call: AgiCall, known: dict[str, str]) -> Question:
        dialled = await call.get_variable("CC_DNIS") or ""
        return FlowWanted(
            at=self._now(),
            caller=cleaned(call.environment.get("callerid", "")),
            caller_name=shown_name(call.environment.get("calleridname", "")),
            dialled=cleaned(dialled),
            **known,
        )

    async def _converse(self, call: AgiCall, interaction: str, answers: "asyncio.Queue[Answer]") -> None:
        while (answer := await self._next_answer(call, answers)) is not None:
            if isinstance(answer, Leave):
                await leave(call, answer, self._sounds)
                return
            digits = await run_step(call, answer, self._sounds)
            self._tell(FlowInput(at=self._now(), agi=call.session_id, interaction=interaction, digits=digits))

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


async def run_step(call: AgiCall, step: FlowStep, sounds: Sounds) -> str:
    """Plays and collects; the digits pressed, '' when there were none in time."""
    if not step.max_digits:
        await play(call, step.play, sounds)
        return ""
    return await collect(call, step, await first_key(call, step, sounds))


async def first_key(call: AgiCall, step: FlowStep, sounds: Sounds) -> str:
    """A key pressed while the prompts play cuts them off and counts."""
    timeout_ms = round(step.timeout_s * 1000)
    if not step.play:
        return await call.wait_for_digit(timeout_ms)
    try:
        return await call.key_after([await sounds(prompt) for prompt in step.play], timeout_ms)
    except AgiRefused as error:
        log.error("prompts of %s were not heard: %s", call.session_id, error)
        return await call.wait_for_digit(timeout_ms)


async def play(call: AgiCall, prompts: tuple[Prompt, ...], sounds: Sounds) -> None:
    """A prompt that cannot be played is logged and skipped."""
    for prompt in prompts:
        try:
            await call.stream_file(await sounds(prompt))
        except AgiRefused as error:
            log.error("prompt %r of %s was not heard: %s", prompt.text[:40], call.session_id, error)


async def collect(call: AgiCall, step: FlowStep, key: str) -> str:
    digits = ""
    while key and key != step.terminator:
        digits += key
        if len(digits) >= step.max_digits:
            break
        key = await call.wait_for_digit(BETWEEN_KEYS_MS)
    return digits


async def leave(call: AgiCall, answer: Leave, sounds: Sounds) -> None:
    """Stamps the channel first, so that a caller moved away during the prompt keeps the place."""
    if answer.language is not None:
        await call.set_variable("CC_LANG", answer.language)
        await call.set_variable("CHANNEL(language)", ASTERISK_LANGUAGES[answer.language])
    if answer.queue:
        await call.set_variable("CC_QUEUE", answer.queue)
    if answer.queued_at:
        await call.set_variable("CC_ENTRY", f"{answer.queued_at:.3f}")
    await play(call, answer.play, sounds)
    await call.set_variable("CC_NEXT", answer.to)
