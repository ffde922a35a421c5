"""Recordings by people that are in force: which of them speaks which text.

They lie beside `recordings.json`, which says what each of them speaks. Whoever changes one writes the whole list
anew; every process that plays prompts sees it at the next prompt. A recording speaks one text: when the text changes,
the synthetic voice speaks the new one until somebody records it or says that the recording still fits. A greeting in
its speaker's own words has no text that it could fall behind.
"""

import logging
import secrets
from collections.abc import Iterable
from pathlib import Path

import msgspec

from callcenter.calls.languages import Language, Prompt
from callcenter.ivr.inventory import spoken_form
from callcenter.ivr.pieces import PREFIX
from callcenter.ivr.spoken import WHEN

log = logging.getLogger(__name__)

INDEX = "recordings.json"
_Stamp = tuple[int, int, int]


class InForce(msgspec.Struct, frozen=True, kw_only=True):
    """`prompt`: its id, which is its name if it has one; `file`: within the folder. `own_words`: it is heard under
    its name whatever the text."""

    language: Language
    prompt: str
    text: str
    file: str
    own_words: bool = False


def put_in_force(folder: Path, recordings: Iterable[InForce]) -> None:
    """Replace the list at once."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".{INDEX}.{secrets.token_hex(4)}"
    fresh.write_bytes(msgspec.json.format(msgspec.json.encode(list(recordings)), indent=1))
    fresh.replace(folder / INDEX)


class Recordings:
    """The list as it is now; read again only when it has changed."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._index = folder, folder / INDEX
        self._stamp: _Stamp | None = None
        self._by_name: dict[tuple[str, str], InForce] = {}
        self._by_text: dict[tuple[str, str], InForce] = {}
        self._own_words: dict[tuple[str, str], InForce] = {}

    def of(self, prompt: Prompt) -> Path | None:
        """What was said in own words under this name, else the recording of this text, the one of this name first."""
        self._look()
        found = self._in_own_words(prompt) or self._of_text(prompt)
        file = self._folder / found.file if found else None
        return file if file and file.is_file() else None

    def _in_own_words(self, prompt: Prompt) -> InForce | None:
        """A greeting for certain times falls back on the one for all."""
        names = (prompt.name, prompt.name.partition(WHEN)[0]) if prompt.name else ()
        return next(
            (self._own_words[key] for name in names if (key := (prompt.language, name)) in self._own_words), None
        )

    def _of_text(self, prompt: Prompt) -> InForce | None:
        form = spoken_form(prompt.text)
        named = self._by_name.get((prompt.language, prompt.name)) if prompt.name else None
        if named is not None and spoken_form(named.text) == form:
            return named
        return None if prompt.name.startswith(PREFIX) else self._by_text.get((prompt.language, form))

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
        self._own_words = {(each.language, each.prompt): each for each in entries if each.own_words}
        free = [each for each in entries if not (each.own_words or each.prompt.startswith(PREFIX))]
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
