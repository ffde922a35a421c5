"""A telephone that presses keys as a test says, where Asterisk would ask for them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from callcenter.asterisk.agi_errors import AgiHungUp
from callcenter.calls.languages import Prompt
from callcenter.prompts.intake import Taken, Unusable

GONE = "gone"


class Caller:
    """Stands in for an AgiCall: `keys` is what is pressed at each question in turn, '' for nothing.

    Several digits of one answer are given one after the other. After the last the caller hangs up.
    """

    def __init__(self, *keys: str, arguments: tuple[str, ...] = (), language: str = "en") -> None:
        self.session_id = "s-1"
        self.arguments = arguments
        self.heard: list[str] = []
        self.secret_questions = 0
        self.says = b"hello"  # whenever it is recorded
        self._language = language
        self._keys = list(keys)
        self._rest = ""

    async def get_variable(self, _name: str) -> str:
        return self._language

    async def stream_file(self, path: str, _escape_digits: str = "") -> str:
        self.heard.append(path)
        return ""

    async def record(self, path: str, _silence_s: int, _most_s: int) -> None:
        Path(f"{path}.wav").write_bytes(self.says)

    async def key_after(self, paths: Sequence[str], _timeout_ms: int) -> str:
        self.heard += paths
        if not self._keys:
            raise AgiHungUp("the caller is gone")
        answer = self._keys.pop(0)
        self._rest = answer[1:]
        return answer[:1]

    async def keys_after(
        self, paths: Sequence[str], _first_s: float, _between_s: float, _most: int, terminator: str
    ) -> str:
        first = await self.key_after(paths, 0)
        return (first + self._rest).partition(terminator)[0] or first

    async def secret_keys(self, _between_ms: int, _most: int) -> str:
        keys, self._rest = self._rest.partition("#")[0], ""
        return keys

    async def secret_key_after(self, paths: Sequence[str], timeout_ms: int) -> str:
        self.secret_questions += 1
        return await self.key_after(paths, timeout_ms)

    async def wait_for_digit(self, _timeout_ms: int) -> str:
        key, self._rest = self._rest[:1], self._rest[1:]
        return key


async def sounds(prompt: Prompt) -> str:
    """Every prompt sounds like its text."""
    return prompt.text


class Deaf:
    """Stands in for the conversion of recordings: keeps them as they are; of nothing it says so."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def into(self, folder: Path) -> Deaf:
        return Deaf(folder)

    async def take(self, content: bytes, _piece: bool = False) -> Taken:
        if not content:
            raise Unusable("silent")
        name = hashlib.sha256(content).hexdigest()[:32]
        self.folder.mkdir(parents=True, exist_ok=True)
        for file in (f"{name}.wav", f"{name}.original.wav"):
            (self.folder / file).write_bytes(content)
        return Taken(file=f"{name}.wav", original=f"{name}.original.wav", duration_s=1.0, level_db=-20.0)
