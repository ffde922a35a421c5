"""One real call through the whole house: real Asterisk, SIP and RTP; what is heard counts, not what is logged."""

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from callcenter.calls import requests as rq
from callcenter.calls.languages import Prompt
from callcenter.ivr import spoken
from callcenter.ivr.parse import parse_prompts
from callcenter.robots.mulaw import tone
from tests.asterisk.listening import hears
from tests.hearing import Ear, of_wav, tone_s, until_heard_for
from tests.real_centre import FLOWS, HOTLINE, RealCentre

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("nobody_left_behind")]

CALLER_HZ, AGENT_HZ = 600, 1100
MENU_ZH = Prompt("zh-CN", "产品咨询请按1，技术支持请按2，重听请按星号键。")
MENU_EN = Prompt("en", "For sales, press 1. For technical support, press 2. To hear this again, press star.")
SOLVED = Prompt("zh-CN", "请问您的问题解决了吗？已解决请按1，没有解决请按2。")
LANGUAGE_EN = Prompt("en", "For English, please press 9.")


def greeting() -> Prompt:
    hour = datetime.now(ZoneInfo("Asia/Shanghai")).hour
    for end, text in ((5, "您好"), (12, "早上好"), (18, "下午好"), (22, "晚上好"), (24, "您好")):
        if hour < end:
            night = "欢迎致电客户服务热线。现在是夜间服务时段，您可能需要等候较长时间，敬请谅解。"
            return Prompt("zh-CN", f"{text}，{night if text == '您好' else '欢迎致电客户服务热线。'}")
    raise AssertionError


def named(name: str, language: str = "zh-CN") -> Prompt:
    text = parse_prompts((FLOWS / "prompts.yaml").read_text("utf-8"), "prompts.yaml")[name]
    return Prompt(language, text.in_(language), name)


async def test_a_call_from_greeting_to_rating_is_heard_recorded_and_written_down(centre: RealCentre, ear: Ear):
    async with centre.agent("8001") as desk, centre.caller("013800138000") as caller:
        call = await caller.call(HOTLINE)
        await ear.until_heard(call, greeting())
        await ear.until_heard(call, named("recording_notice"))
        await ear.until_heard(call, MENU_ZH)
        await call.press("2")
        ringing = await desk.incoming(40)
        await centre.until_agent("8001", "ringing")
        await ringing.answer()
        await ear.until_heard(ringing, spoken.whisper(centre_queue_name(), "zh-CN"))
        await ear.until_heard(call, spoken.work_number("8001", "zh-CN"))
        view = await centre.until_phase("talking", "13800138000")
        assert (view.agent, view.queue, view.caller) == ("8001", "support", "+8613800138000")
        call.sound.play(tone(CALLER_HZ), loop=True)
        ringing.sound.play(tone(AGENT_HZ), loop=True)
        await until_heard_for(1.0, call, AGENT_HZ)
        await until_heard_for(1.0, ringing, CALLER_HZ)
        assert not hears(call, CALLER_HZ), "nobody hears themselves"
        await centre.ask(rq.WriteNote(agent="8001", interaction=view.id, note="已处理", disposition="solved"))
        await centre.ask(rq.EndCall(agent="8001", interaction=view.id))
        assert await ringing.ended(40) == "them"
        await centre.until_phase("survey")
        call.sound.stop_playing()
        await centre.press(call, "1")
        await ear.until_heard(call, SOLVED)
        await centre.press(call, "1")
        assert await call.ended(40) == "them"
        await centre.until_agent("8001", "ready")
    await written_down(centre, view.id)
    await recorded_in_stereo(centre, view.id)


def centre_queue_name():
    from tests.real_centre import small_centre

    return small_centre().queue("support").name


async def written_down(centre: RealCentre, call_id: str) -> None:
    (row,) = await centre.rows("select * from calls where id = :id and ended_at > 0", id=call_id)
    assert (row["outcome"], row["agent"], row["queue"]) == ("answered", "8001", "support")
    assert (row["ended_by"], row["score"], row["disposition"]) == ("flow", 5, "solved")
    (entry,) = await centre.rows("select * from queue_entries where call_id = :id", id=call_id)
    assert entry["reason"] == "answered"
    answers = await centre.rows("select * from survey_answers where call_id = :id order by seq", id=call_id)
    told = [(each["question"], each["key"], each["score"], each["solved"], each["agent"]) for each in answers]
    assert told == [("satisfaction", "1", 5, None, "8001"), ("resolution", "1", None, True, "8001")]
    await centre.rows(
        "select state from agent_intervals where agent = '8001'",
        lambda rows: {"ready", "ringing", "talking", "wrap_up"} <= {row["state"] for row in rows},
    )


async def recorded_in_stereo(centre: RealCentre, call_id: str) -> None:
    """Left is the caller and nothing of the agent, right the reverse."""
    (row,) = await centre.rows(
        "select * from recordings where call_id = :id", lambda rows: rows and rows[0]["state"] == "stored", id=call_id
    )
    file = centre.config.recordings_dir / row["file"]
    left, right = of_wav(file, 0), of_wav(file, 1)
    assert tone_s(left, CALLER_HZ) > 0.5
    assert tone_s(right, AGENT_HZ) > 0.5
    assert tone_s(left, AGENT_HZ) == tone_s(right, CALLER_HZ) == 0


async def test_pressing_9_makes_the_call_english_to_its_end(centre: RealCentre, ear: Ear):
    async with centre.agent("8002") as desk, centre.caller("02161234567") as caller:
        call = await caller.call(HOTLINE)
        await ear.until_heard(call, LANGUAGE_EN)
        await call.press("9")
        await ear.until_heard(call, MENU_EN)
        await call.press("1")
        ringing = await desk.incoming(40)
        await ringing.answer()
        await ear.until_heard(call, spoken.work_number("8002", "en"))
        view = await centre.until_phase("talking", "2161234567")
        assert (view.language, view.queue) == ("en", "sales")
        await call.hang_up()
        await ringing.ended(40)
        await centre.until_agent("8002", "ready")


async def test_wrong_and_missing_keys_are_answered_and_the_menu_is_repeated(centre: RealCentre, ear: Ear):
    async with centre.caller() as caller:
        call = await caller.call(HOTLINE)
        await centre.press(call, "8")
        await ear.until_heard(call, MENU_ZH)
        await call.press("7")
        await ear.until_heard(call, named("invalid_key"))
        since = time.monotonic()
        await ear.until_heard(call, MENU_ZH, since)
        await ear.until_heard(call, named("no_key"), since)
        await call.press("2")
        await centre.until_phase("waiting")
        await ear.until_heard(call, spoken.nobody_here("zh-CN"))
        await call.hang_up()
        await centre.until(lambda floor: not floor.calls)
