"""Music for waiting callers in the pages: sent, heard, removed; what cannot be played changes nothing."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import msgspec
import pytest

from callcenter.asterisk.music import Prepared
from callcenter.calls.centre import Centre, Queue
from callcenter.calls.languages import Text
from callcenter.prompts.level import write_samples
from callcenter.web.music_room import MUSIC, MusicRoom
from tests.prompts.test_level import tone
from tests.web.house import PROOF, Reader
from tests.web.real_house import RealHouse, real_house

CENTRE = Centre(queues=(Queue(id="sales", name=Text(zh="产品咨询", en="Sales"), music="piano"),))


class Hall:
    """Converts nothing; files whose name says so cannot be converted."""

    def __init__(self, folder: Path) -> None:
        self.rounds = 0
        self.room = MusicRoom(folder, self.prepare)

    def prepare(self) -> Prepared:
        self.rounds += 1
        bad = [str(file) for file in self.room.folder.glob("*/*bad*")]
        return Prepared((), tuple(f"{file} cannot be converted" for file in bad))


class Place:
    def __init__(self, house: RealHouse, admin: Reader, hall: Hall, wav: bytes) -> None:
        self.house, self.admin, self.hall, self.wav = house, admin, hall, wav

    async def send(self, class_: str, name: str, content: bytes | None = None) -> tuple[int, dict[str, object]]:
        form = aiohttp.FormData(quote_fields=False)  # as browsers do
        form.add_field("file", self.wav if content is None else content, filename=name)
        async with self.admin.http.post(
            f"{self.house.base}/api/v1/music/{class_}", data=form, headers=PROOF
        ) as response:
            return response.status, msgspec.json.decode(await response.read())

    async def files(self, class_: str) -> list[str]:
        _, found = await self.admin.get("/music")
        return [file["name"] for each in found["classes"] if each["id"] == class_ for file in each["files"]]


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    write_samples(tmp_path / "tone.wav", tone(500, 0.5))
    hall = Hall(tmp_path / "music")
    async with real_house(CENTRE, more={MUSIC: hall.room}) as house:
        yield Place(house, await house.somebody("admin"), hall, (tmp_path / "tone.wav").read_bytes())


async def test_a_class_begins_with_its_first_file_and_ends_with_its_last(place: Place) -> None:
    assert (await place.send("piano", "Für Elise.WAV"))[1]["name"] == "Für Elise.wav"
    await place.send("piano", "../../étude.wav")
    assert await place.files("piano") == ["Für Elise.wav", "étude.wav"]
    _, found = await place.admin.get("/music")
    assert [(each["id"], each["queues"], each["built_in"]) for each in found["classes"]] == [
        ("calm", [], True),
        ("default", [], True),
        ("piano", ["sales"], False),
    ]
    assert (await place.admin.ask("DELETE", "/music/piano/étude.wav"))[0] == 200
    status, answer = await place.admin.ask("DELETE", "/music/piano/Für Elise.wav")
    assert (status, answer["error"]["word"]) == (409, "music_in_use")
    await place.send("jazz", "one.wav")
    await place.admin.ask("DELETE", "/music/jazz/one.wav")
    assert not (place.hall.room.folder / "jazz").exists()
    assert place.hall.rounds == 5


async def test_a_file_is_heard_as_it_was_sent(place: Place) -> None:
    await place.send("piano", "one.wav")
    async with place.admin.http.get(f"{place.house.base}/api/v1/music/piano/one.wav") as answer:
        assert await answer.read() == place.wav
    assert (await place.admin.get("/music/piano/two.wav"))[0] == 404


@pytest.mark.parametrize(
    ("class_", "name", "content", "why"),
    [
        ("Piano", "one.wav", None, "class"),
        ("piano", "one.wav", b"MZ", "not_audio"),
        ("piano", "bad.wav", None, "unusable"),
    ],
)
async def test_what_cannot_be_played_is_refused_and_nothing_changes(
    place: Place, class_: str, name: str, content: bytes | None, why: str
) -> None:
    _, answer = await place.send(class_, name, content)
    assert answer["error"]["field"] == why  # type: ignore[index]
    assert list(place.hall.room.folder.glob("*/*")) == []
