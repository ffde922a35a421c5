"""A telephone that presses keys as a test says, where Asterisk would ask for them."""

from __future__ import annotations

from collections.abc import Sequence

from callcenter.asterisk.agi_errors import AgiHungUp
from callcenter.calls.languages import Prompt

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
        self._language = language
        self._keys = list(keys)
        self._rest = ""

    async def get_variable(self, _name: str) -> str:
        return self._language

    async def stream_file(self, path: str, _escape_digits: str = "") -> str:
        self.heard.append(path)
        return ""

    async def key_after(self, paths: Sequence[str], _timeout_ms: int) -> str:
        self.heard += paths
        if not self._keys:
            raise AgiHungUp("the caller is gone")
        answer = self._keys.pop(0)
        self._rest = answer[1:]
        return answer[:1]

    async def secret_key_after(self, paths: Sequence[str], timeout_ms: int) -> str:
        self.secret_questions += 1
        return await self.key_after(paths, timeout_ms)

    async def wait_for_digit(self, _timeout_ms: int) -> str:
        key, self._rest = self._rest[:1], self._rest[1:]
        return key


async def sounds(prompt: Prompt) -> str:
    """Every prompt sounds like its text."""
    return prompt.text
