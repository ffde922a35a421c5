"""Texts in the pages: recorded, sent, chosen, confirmed, deleted; the studio's list and what comes back from it."""

import csv
import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
import sqlalchemy

from callcenter.calls.centre import Centre, Queue
from callcenter.calls.languages import Prompt, Text
from callcenter.ivr.spoken import work_number
from callcenter.prompts import PromptLibrary
from callcenter.prompts.intake import Intake
from callcenter.prompts.level import level_db, read_samples, write_samples
from callcenter.store import audit, documents
from callcenter.web.prompt_room import PromptRoom
from callcenter.web.prompt_shapes import PromptList
from tests.prompts.engines import Engines
from tests.prompts.test_level import tone
from tests.web.house import PROOF, Reader
from tests.web.real_house import RealHouse, real_house

CENTRE = Centre(queues=(Queue(id="sales", name=Text(zh="产品咨询", en="Sales")),))
FLOW = """
flow: hotline
name: {zh-CN: 热线, en: Hotline}
start: hello
nodes:
  hello:
    kind: say
    say: {zh-CN: 您好。, en: Good day.}
    next: notice
  notice: {kind: say, play: notice, next: bye}
  bye: {kind: hang_up}
"""
NAMED = {"notice": Text(zh="通话可能会被录音。", en="This call may be recorded.")}


class Place:
    """The house, who administers it, and its prompts."""

    def __init__(self, house: RealHouse, admin: Reader, room: PromptRoom, engines: Engines, folder: Path) -> None:
        self.house, self.admin, self.room, self.engines, self.folder = house, admin, room, engines, folder

    async def entry(self, id_: str, language: str) -> Any:
        _, found = await self.admin.get("/prompts")
        entry = next(each for each in found["prompts"] if each["id"] == id_)
        return next(each for each in entry["texts"] if each["language"] == language)

    async def send(self, path: str, content: bytes, name: str = "mine.wav", **fields: str) -> tuple[int, Any]:
        form = aiohttp.FormData()
        for key, value in fields.items():
            form.add_field(key, value)
        form.add_field("file", content, filename=name, content_type="application/octet-stream")
        async with self.admin.http.post(f"{self.house.base}/api/v1{path}", data=form, headers=PROOF) as response:
            return response.status, msgspec.json.decode(await response.read())

    async def record(self, id_: str, language: str, seconds: float = 1.0) -> Any:
        status, made = await self.send(
            f"/prompts/{id_}/recording", self.wav(seconds), language=language, how="recorded"
        )
        assert status == 200, made
        return made

    async def heard_s(self, prompt: Prompt) -> float:
        return len(read_samples(Path(await self.room.library.at_once(prompt) + ".wav"))) / 8000

    def wav(self, seconds: float = 1.0) -> bytes:
        file = self.folder / "sent.wav"
        write_samples(file, tone(700, seconds))
        return file.read_bytes()

    def change(self, old: str, new: str) -> None:
        documents.save_flow(self.house.database, "hotline", FLOW.replace(old, new), "admin", 1, 3.0)

    def noted(self) -> list[str]:
        return [entry.what for entry in audit.entries(self.house.database)]


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    engines, made = Engines(tmp_path), list[PromptRoom]()

    def prompts(database: sqlalchemy.Engine, folder: Path) -> PromptRoom:
        library = PromptLibrary(
            tmp_path / "rendered", tmp_path / "files", engines.tools, engines.settings(), recordings=folder
        )
        made.append(PromptRoom(database, library, Intake(folder, engines.tools, -20.0), folder, lambda: NAMED))
        return made[0]

    async with real_house(CENTRE, prompts) as house:
        documents.save_flow(house.database, "hotline", FLOW, "admin", 0, 2.0)
        yield Place(house, await house.somebody("admin"), made[0], engines, tmp_path)


HELLO = Prompt("zh-CN", "您好。")


async def test_every_text_is_listed_with_where_and_how_it_is_spoken(place: Place) -> None:
    await place.room.library.ready(HELLO)
    _, found = await place.admin.get("/prompts")
    entries = {each["id"]: each for each in found["prompts"]}
    assert msgspec.json.decode(msgspec.json.encode(msgspec.convert(found, PromptList))) == found
    hello = entries["hotline-hello"]
    assert hello["places"] == [{"where": "hotline", "at": "hello"}]
    assert [(each["text"], each["state"]) for each in hello["texts"]] == [
        ("您好。", "synthetic"),
        ("Good day.", "missing"),
    ]
    assert entries["notice"]["source"] == "flow"
    assert entries["queue-sales-whisper"]["source"] == "centre"
    assert entries["phrase-goodbye"]["source"] == "built_in"
    assert entries["say_wan"]["texts"][0]["text"] == "万"


async def test_a_recording_is_played_from_the_next_play_on_and_the_voice_after_it(place: Place) -> None:
    spoken_s = await place.heard_s(HELLO)
    made = await place.record("hotline-hello", "zh-CN", 1.5)
    assert (made["how"], made["made_by"], made["in_force"]) == ("recorded", "admin", True)
    assert await place.heard_s(HELLO) == pytest.approx(1.5, abs=0.05)
    assert (await place.entry("hotline-hello", "zh-CN"))["state"] == "recorded"
    second = await place.record("hotline-hello", "zh-CN", 2.5)
    _, known = await place.admin.get("/prompts/hotline-hello/versions?language=zh-CN")
    assert [(each["id"], each["in_force"]) for each in known["versions"]] == [
        (second["id"], True),
        (made["id"], False),
    ]
    use = {"language": "zh-CN", "version": made["id"]}
    assert (await place.admin.ask("POST", "/prompts/hotline-hello/use", use))[0] == 200
    assert await place.heard_s(HELLO) == pytest.approx(1.5, abs=0.05)
    assert (await place.admin.ask("POST", "/prompts/hotline-hello/use", use | {"version": None}))[0] == 200
    assert await place.heard_s(HELLO) == spoken_s
    assert place.noted()[:4] == ["use_prompt", "use_prompt", "record_prompt", "record_prompt"]


async def test_what_is_heard_now_and_any_version_can_be_listened_to(place: Place) -> None:
    made = await place.record("notice", "en", 1.2)
    for query in ("language=en", f"language=en&version={made['id']}"):
        async with place.admin.http.get(f"{place.house.base}/api/v1/prompts/notice/sound?{query}") as answer:
            assert answer.content_type == "audio/wav"
            (place.folder / "heard.wav").write_bytes(await answer.read())
            samples = read_samples(place.folder / "heard.wav")
            assert level_db(samples) == pytest.approx(-20, abs=0.2)
            assert len(samples) / 8000 == pytest.approx(1.2, abs=0.05)


async def test_a_changed_text_makes_its_recording_stale_until_somebody_confirms_it(place: Place) -> None:
    await place.record("hotline-hello", "zh-CN", 1.5)
    place.change("您好。", "您好，欢迎。")
    now = await place.entry("hotline-hello", "zh-CN")
    assert (now["state"], now["recording"]["text"]) == ("stale", "您好。")
    assert not place.room.library.is_recorded(Prompt("zh-CN", "您好，欢迎。"))
    assert (await place.admin.ask("POST", "/prompts/hotline-hello/confirm", {"language": "zh-CN"}))[0] == 200
    assert (await place.entry("hotline-hello", "zh-CN"))["state"] == "recorded"
    assert await place.heard_s(Prompt("zh-CN", "您好，欢迎。")) == pytest.approx(1.5, abs=0.05)


async def test_a_deleted_recording_is_gone_with_its_files(place: Place) -> None:
    made = await place.record("hotline-hello", "zh-CN")
    assert len(list(place.room.folder.glob("*.wav"))) == 2
    assert (await place.admin.ask("DELETE", f"/prompts/versions/{made['id']}"))[0] == 200
    assert list(place.room.folder.glob("*.wav")) == []
    assert (await place.admin.ask("DELETE", f"/prompts/versions/{made['id']}"))[0] == 404
    assert (await place.entry("hotline-hello", "zh-CN"))["state"] != "recorded"
    assert "delete_prompt" in place.noted()


async def test_a_recording_of_what_is_no_longer_spoken_is_shown_apart(place: Place) -> None:
    await place.record("hotline-hello", "en")
    place.change("  hello:\n    kind: say", "  welcome:\n    kind: say")
    documents.save_flow(place.house.database, "hotline", FLOW.replace("hello", "welcome"), "admin", 2, 4.0)
    _, found = await place.admin.get("/prompts")
    assert [(each["id"], each["language"]) for each in found["unused"]] == [("hotline-hello", "en")]


@pytest.mark.parametrize(
    ("path", "content", "fields", "word", "field"),
    [
        ("/prompts/hotline-hello/recording", b"MZ", {"language": "en"}, "bad_sound", "not_audio"),
        ("/prompts/hotline-hello/recording", b"", {"language": "en"}, "bad_sound", "empty"),
        ("/prompts/hotline-hello/recording", b"RIFF", {"language": "fr"}, "bad_value", "language"),
        ("/prompts/hotline-hello/recording", b"RIFF", {"language": "en", "how": "sung"}, "bad_value", "how"),
        ("/prompts/no-such/recording", b"RIFF", {"language": "en"}, "no_such_prompt", ""),
        ("/prompts/studio", b"no zip", {}, "bad_sound", "not_zip"),
    ],
)
async def test_what_cannot_be_taken_is_refused_by_its_reason(
    place: Place, path: str, content: bytes, fields: dict[str, str], word: str, field: str
) -> None:
    _, answer = await place.send(path, content, **fields)
    assert (answer["error"]["word"], answer["error"]["field"]) == (word, field)


async def test_who_may_not_edit_prompts_reaches_none(place: Place) -> None:
    boss = await place.house.somebody("boss")
    assert (await boss.get("/prompts"))[0] == 403


async def studio_list(place: Place, query: str = "") -> dict[str, dict[str, str]]:
    async with place.admin.http.get(f"{place.house.base}/api/v1/prompts/studio?format=csv{query}") as answer:
        rows = csv.DictReader(io.StringIO((await answer.read()).decode("utf-8-sig")))
        return {row["file"]: row for row in rows}


def name_of(rows: dict[str, dict[str, str]], id_: str, language: str) -> str:
    return next(file for file, row in rows.items() if (row["id"], row["language"]) == (id_, language))


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


async def test_the_studio_s_list_has_each_open_text_once_with_the_name_of_its_file(place: Place) -> None:
    rows = await studio_list(place)
    hello = rows[name_of(rows, "hotline-hello", "zh-CN")]
    assert (hello["text"], hello["where"]) == ("您好。", "hotline hello")
    assert float(hello["longest_s"]) >= 2
    assert len({row["id"] + row["language"] for row in rows.values()}) == len(rows)
    await place.record("hotline-hello", "zh-CN")
    assert set(rows) - set(await studio_list(place)) == {name_of(rows, "hotline-hello", "zh-CN")}
    assert name_of(rows, "hotline-hello", "zh-CN") in await studio_list(place, "&which=all")
    assert not any(row["id"].startswith("say_") for row in (await studio_list(place, "&pieces=false")).values())


async def test_a_studio_s_zip_is_looked_at_and_then_taken_as_a_whole(place: Place) -> None:
    rows = await studio_list(place)
    hello, notice, wan = (
        name_of(rows, id_, language)
        for id_, language in (("hotline-hello", "en"), ("notice", "en"), ("say_wan", "zh-CN"))
    )
    files = {
        f"en/{hello}": place.wav(1.5),
        f"en/{notice}": b"RIFF broken",
        wan.replace(".wav", ".WAV"): place.wav(0.5),
        f"again/{hello}": place.wav(),
        "zh-CN_hotline-hello_000000.wav": place.wav(),
        "holiday.mp3": b"ID3",
        "list.xlsx": b"PK",
        "__MACOSX/._x.wav": b"",
    }
    status, check = await place.send("/prompts/studio", zipped(files))
    assert status == 200, check
    assert [(each["id"], each["language"]) for each in check["matches"]] == [
        ("hotline-hello", "en"),
        ("say_wan", "zh-CN"),
    ]
    assert {(each["file"], each["why"]) for each in check["rejects"]} == {
        (notice, "not_audio"),
        (hello, "twice"),
        ("zh-CN_hotline-hello_000000.wav", "changed"),
        ("holiday.mp3", "unknown"),
    }
    assert check["still_open"] == len(rows) - 2
    assert (await place.entry("hotline-hello", "en"))["state"] != "recorded"
    assert (await place.admin.ask("POST", f"/prompts/studio/{check['upload']}/apply"))[1] == {"applied": 2}
    assert (await place.entry("hotline-hello", "en"))["recording"]["how"] == "studio"
    assert await place.heard_s(Prompt("en", "Good day.")) == pytest.approx(1.5, abs=0.05)
    assert (await place.admin.ask("POST", f"/prompts/studio/{check['upload']}/apply"))[0] == 404
    assert place.noted()[0] == "take_studio"


async def test_a_studio_voice_speaks_any_work_number(place: Place) -> None:
    """T1: the number an agent answers under is put together from the studio's pieces, its 1 as yāo."""
    rows = await studio_list(place)
    said = work_number("8001", "zh-CN")
    pieces = {f"say_{id_}" for id_ in said.pieces if id_ not in "-,."}
    files = {file: place.wav(0.5) for file, row in rows.items() if row["id"] in pieces and row["language"] == "zh-CN"}
    assert {rows[file]["text"] for file in files} == {"工号", "八，", "零，", "幺。", "为您服务。"}
    _, check = await place.send("/prompts/studio", zipped(files))
    await place.admin.ask("POST", f"/prompts/studio/{check['upload']}/apply")
    assert place.room.library.is_recorded(said)
    assert await place.heard_s(said) == pytest.approx(6 * 0.5 + 3 * 0.06 + 0.22, abs=0.01)
    assert place.engines.said() == []
