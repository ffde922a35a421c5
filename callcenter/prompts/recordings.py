"""Recordings by people that are in force: which of them speaks which text.

They lie beside `recordings.json`, which says what each of them speaks. Whoever changes one writes the whole list
anew; every process that plays prompts sees it at the next prompt. A recording speaks one text: when the text changes,
the synthetic voice speaks the new one until somebody records it or says that the recording still fits.
"""

import logging
from collections.abc import Iterable
from pathlib import Path

import msgspec

from callcenter.calls.languages import Language, Prompt
from callcenter.ivr.inventory import spoken_form
from callcenter.ivr.pieces import PREFIX

log = logging.getLogger(__name__)

INDEX = "recordings.json"
_Stamp = tuple[int, int, int]


class InForce(msgspec.Struct, frozen=True, kw_only=True):
    """`prompt`: its id, which is its name if it has one; `file`: within the folder."""

    language: Language
    prompt: str
    text: str
    file: str


def put_in_force(folder: Path, recordings: Iterable[InForce]) -> None:
    """Replace the list at once."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".{INDEX}.new"
    fresh.write_bytes(msgspec.json.format(msgspec.json.encode(list(recordings)), indent=1))
    fresh.replace(folder / INDEX)


class Recordings:
    """The list as it is now; read again only when it has changed."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._index = folder, folder / INDEX
        self._stamp: _Stamp | None = None
        self._by_name: dict[tuple[str, str], InForce] = {}
        self._by_text: dict[tuple[str, str], InForce] = {}

    def of(self, prompt: Prompt) -> Path | None:
        """The recording of this text, the one of this name first."""
        self._look()
        form = spoken_form(prompt.text)
        named = self._by_name.get((prompt.language, prompt.name)) if prompt.name else None
        if named is None or spoken_form(named.text) != form:
            named = None if prompt.name.startswith(PREFIX) else self._by_text.get((prompt.language, form))
        file = self._folder / named.file if named else None
        return file if file and file.is_file() else None

    def under(self, id_: str, language: Language) -> InForce | None:
        """Whatever is in force under this id, be its text the one of now or an older one."""
        self._look()
        return self._by_name.get((language, id_))

    def _look(self) -> None:
        stamp = self._now()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        entries = self._read() if stamp else []
        self._by_name = {(each.language, each.prompt): each for each in entries}
        free = [each for each in entries if not each.prompt.startswith(PREFIX)]
        self._by_text = {(each.language, spoken_form(each.text)): each for each in free}

    def _now(self) -> _Stamp | None:
        try:
            state = self._index.stat()
        except OSError:
            return None
        return state.st_mtime_ns, state.st_size, state.st_ino

    def _read(self) -> list[InForce]:
        try:
            found = msgspec.json.decode(self._index.read_bytes(), type=list[InForce])
        except (OSError, msgspec.MsgspecError):
            log.exception("%s cannot be read: all texts are spoken by the synthetic voice", self._index)
            return []
        return [each for each in found if Path(each.file).name == each.file]
