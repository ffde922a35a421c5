"""A stage for one call: an engine that is played, an agent's phone, a caller who speaks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from callcenter.robots.call import Call
from callcenter.robots.mulaw import tone
from callcenter.robots.phone import SipPhone
from tests.real_asterisk import Ami, Question, Questions, RunningAsterisk, ami, answering

CALLER_HZ, AGENT_HZ, WHISPER_HZ, WORK_NUMBER_HZ, PROMPT_HZ = 440, 1000, 600, 800, 1300


# Nothing waits so long but on a machine that is busy with something else.
RINGS_WITHIN_S = 20


class Engine:
    """Sends callers to wait, lets them stay, hangs up afterwards, unless a test says otherwise for a path."""

    def __init__(self) -> None:
        self.says: dict[str, str | Callable[[Question], Awaitable[None]]] = {
            "flow": "wait",
            "beat": "stay",
            "next": "hangup",
        }

    async def __call__(self, question: Question) -> None:
        answer = self.says[question.path]
        if isinstance(answer, str):
            await question.next(answer)
        else:
            await answer(question)


async def breaks(question: Question) -> None:
    """The engine dies in the middle of a question."""


async def hangs(question: Question) -> None:
    await asyncio.Event().wait()


@dataclass
class Scene:
    agent: SipPhone
    actions: Ami
    questions: Questions
    call: Call

    async def offer(self, **options: str | int) -> Call:
        """The waiting caller is offered to the agent; the call as it rings there."""
        beat = await self.questions.wait_for("beat")
        await offer(self.actions, beat.channel, **options)
        return await self.agent.incoming(RINGS_WITHIN_S)


@asynccontextmanager
async def scene(
    asterisk: RunningAsterisk, engine: Engine | None = None, codec: str = "PCMU", **caller: str
) -> AsyncIterator[Scene]:
    async with (
        ready_phone(asterisk, codec=codec) as agent,
        ami(asterisk.settings, "actions") as actions,
        answering(asterisk.settings, engine or Engine()) as questions,
        calling(asterisk, **caller) as call,
    ):
        yield Scene(agent, actions, questions, call)


@asynccontextmanager
async def calling(asterisk: RunningAsterisk, number: str = "95001", **caller: str) -> AsyncIterator[Call]:
    async with asterisk.caller(**caller) as phone:
        call = await phone.call(number)
        call.sound.play(tone(CALLER_HZ), loop=True)
        yield call


@asynccontextmanager
async def ready_phone(
    asterisk: RunningAsterisk, endpoint: str = "8001", codec: str = "PCMU"
) -> AsyncIterator[SipPhone]:
    async with asterisk.phone(endpoint, codec=codec) as phone:
        await phone.register()
        yield phone


async def offer(actions: Ami, channel: str, **options: str | int) -> None:
    """To a caller who listens to the music."""
    await at_rest(actions, channel)
    await offer_now(actions, channel, **options)


async def offer_now(actions: Ami, channel: str, **options: str | int) -> None:
    values = {"agent": "8001", "ring_s": 20, "whisper": "", "work_number": "", **options}
    names = "ARRAY(CC_OFFER,CC_DIAL,CC_RING,CC_WHISPER,CC_WORKNO,CC_RECORD)"
    value = "offer1,{agent},{ring_s},{whisper},{work_number},1".format(**values)
    assert (await actions.action("Setvar", Channel=channel, Variable=names, Value=value))["Response"] == "Success"
    await redirect(actions, channel, "offer")


async def at_rest(actions: Ami, channel: str) -> None:
    """The caller (by name or unique id) listens to the music. A Redirect that meets a channel between two steps of
    the dialplan may be lost: the channel goes on to the next step it had in mind."""
    async with asyncio.timeout(RINGS_WITHIN_S):
        while True:
            seen = len(actions.events)
            await actions.action("CoreShowChannels")
            await actions.event("CoreShowChannelsComplete", after=seen)
            rows = (e for e in actions.events[seen:] if channel in (e.get("Uniqueid"), e.get("Channel")))
            if any(row.get("Application") == "WaitExten" for row in rows):
                return
            await asyncio.sleep(0.01)


async def redirect(actions: Ami, channel: str, context: str) -> None:
    answer = await actions.action("Redirect", Channel=channel, Context=context, Exten="s", Priority="1")
    assert answer["Response"] == "Success", answer


async def join_fallback(actions: Ami, endpoint: str = "8001") -> None:
    answer = await actions.action("QueueAdd", Queue="fallback", Interface=f"PJSIP/{endpoint}", MemberName=endpoint)
    assert answer["Response"] == "Success", answer
