"""Finished recordings: heard in ranges although they are encrypted, held, and seen as a whole."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from callcenter.calls.codec import decode_event
from callcenter.recordings.archivist import Archivist, Rules
from callcenter.recordings.disk import Disk, Room, days_left
from callcenter.store import kept_recordings as ledger
from callcenter.store.audit import entries
from callcenter.web.edge import create_edge
from callcenter.web.finished_recordings import ARCHIVE, Archive
from tests.recordings.test_archivist import CALL, KEYS, NAME, NOW, House
from tests.recordings.test_archivist import sound as sound
from tests.store.store_rows import add
from tests.web import real_house as real
from tests.web.real_house import RealHouse, real_house


@pytest_asyncio.fixture
async def home(tmp_path: Path, sound: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RealHouse]:
    """One call of nobody in particular with an encrypted recording."""
    given = House(tmp_path, sound)

    def edge(settings: Any, database: Any, *more: Any, **named: Any) -> Any:
        application = create_edge(settings, database, *more, **named)
        one = Archivist(given.folder, database, Rules(encrypt=True), lambda: NOW, KEYS)
        application[ARCHIVE] = Archive(one, Disk(given.folder, 5_000_000_000, 1))
        return application

    monkeypatch.setattr(real, "create_edge", edge)
    async with real_house(recordings_folder=given.folder) as made:
        with given.db.connect() as connection:
            rows = connection.exec_driver_sql("select body from ledger order by seq").scalars().all()
        add(made.database, [decode_event(body) for body in rows])
        Archivist(given.folder, made.database, Rules(encrypt=True), lambda: NOW, KEYS).work()
        assert not (given.folder / NAME).exists()
        yield made
    given.db.dispose()
    shutil.rmtree(given.folder)


async def test_an_encrypted_recording_is_heard_in_ranges_and_saved_with_an_audit(
    home: RealHouse, sound: Path
) -> None:
    boss, plain = await home.somebody("boss"), sound.read_bytes()
    url = f"{home.base}/api/v1/calls/{CALL}/recording"
    async with boss.http.get(url) as whole:
        assert (whole.status, whole.content_type, await whole.read()) == (200, "audio/wav", plain)
    for asked, piece in (
        ("bytes=100-199", plain[100:200]),
        ("bytes=66000-", plain[66000:]),
        ("bytes=-5", plain[-5:]),
        ("bytes=0-99999999", plain),
    ):
        async with boss.http.get(url, headers={"Range": asked}) as part:
            assert (part.status, await part.read()) == (206, piece)
            assert part.headers["Content-Range"].endswith(f"/{len(plain)}")
    async with boss.http.get(url, headers={"Range": "bytes=99999999-"}) as beyond:
        assert beyond.status == 416
    async with boss.http.get(f"{url}?save=true") as saved:
        assert saved.status == 200
    agent = await home.somebody("8001")
    assert (await agent.get(f"/calls/{CALL}/recording?save=true"))[0] == 403
    done = [(one.who, one.what, one.object) for one in entries(home.database, limit=10)]
    assert done.count(("boss", "listen", CALL)) == 1
    assert ("boss", "recording_download", CALL) in done


async def test_a_hold_has_a_reason_is_seen_and_is_lifted(home: RealHouse) -> None:
    boss = await home.somebody("boss")
    path = f"/calls/{CALL}/recording"
    status, _ = await boss.ask("POST", f"{path}/hold", {"reason": ""})
    assert status == 400
    assert (await boss.ask("POST", f"{path}/hold", {"reason": "claim 7"}))[0] == 200
    _, call = await boss.get(f"/calls/{CALL}")
    (told,) = call["recordings"]
    assert (told["held_by"], told["hold_reason"], told["encrypted"]) == ("boss", "claim 7", True)
    _, seen = await boss.get("/recordings")
    assert (seen["held"], seen["stored"], seen["encrypted"]) == (1, 1, 1)
    assert (await boss.ask("POST", f"{path}/release", {"reason": "settled"}))[0] == 200
    assert ledger.of_call(home.database, CALL).held_at is None  # type: ignore[union-attr]
    status, answer = await boss.ask("POST", "/calls/nothing/recording/hold", {"reason": "x"})
    assert (status, answer["error"]["word"]) == (404, "no_such_call")


async def test_a_deleted_recording_is_told_as_such_and_is_not_sent(home: RealHouse) -> None:
    boss = await home.somebody("boss")
    kept = ledger.of_call(home.database, CALL)
    assert kept is not None and ledger.condemn(home.database, kept, NOW, "", "1: 30 d")
    _, call = await boss.get(f"/calls/{CALL}")
    (told,) = call["recordings"]
    assert (told["state"], told["url"], told["deleted_rule"]) == ("deleted", "", "1: 30 d")
    status, answer = await boss.get(f"/calls/{CALL}/recording")
    assert (status, answer["error"]["word"]) == (404, "no_recording")


def test_the_disk_is_told_of_before_it_is_full(tmp_path: Path) -> None:
    assert Disk(tmp_path / "not" / "yet", 1, 0).room().level == "enough"
    assert Disk(tmp_path, 1 << 60, 0).room().level == "low"
    assert Disk(tmp_path, 1 << 61, 1 << 60).room().level == "full"
    room = Room("low", 700, 1000)
    assert days_left(room, 100, 420, 7.0) == 10
    assert days_left(room, 100, 0, 7.0) is None


async def test_files_that_no_ledger_knows_are_listed_and_adopted_with_an_audit(home: RealHouse, sound: Path) -> None:
    boss, agent = await home.somebody("boss"), await home.somebody("8001")
    other = "cc1-1767225601.7"
    stray = folder_of(home) / NAME.replace(CALL, other)
    stray.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(sound, stray)
    os.utime(stray, (NOW - 3600, NOW - 3600))
    _, told = await boss.get("/recordings/orphans")
    (found,) = told["orphans"]
    assert (found["whose"], found["call"], found["duration_s"]) == ("unknown_call", other, 3.0)
    assert (await agent.get("/recordings/orphans"))[0] == 403
    assert (await agent.ask("POST", "/recordings/orphans/adopt"))[0] == 403
    status, done = await boss.ask("POST", "/recordings/orphans/adopt")
    assert (status, done["result"]) == (200, {"adopted": 1})
    (request,) = home.engine.asked
    assert (request.interaction, request.known, request.began_at) == (other, False, 1767225601)
    written = [(one.who, one.what, one.object) for one in entries(home.database, limit=10)]
    assert ("boss", "recording_adopt", other) in written


def folder_of(home: RealHouse) -> Path:
    return home.application[ARCHIVE].disk.folder
