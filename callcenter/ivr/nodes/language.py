"""language"""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Self

from callcenter.calls.languages import LANGUAGES, Language
from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Go, Here, Speech, Turn, Wait
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.nodes.kind import NodeKind
from callcenter.ivr.step import Chose, Collect, Pressed

_LANGUAGES: dict[str, Language] = {language: language for language in LANGUAGES}


class ChooseLanguage(NodeKind, frozen=True, kw_only=True):
    """Offers the other languages, each in its own voice. Whoever presses nothing keeps the present one.

    A key that chooses no language counts at the next node that knows it, so that callers who
    know the menu need not wait for it.

    ```yaml
    language:
      kind: language
      say: {zh-CN: 中文服务请按8。, en: "For English, press 9."}
      keys: {8: zh-CN, 9: en}
      timeout_s: 2
      next: menu
    ```

    | field | | meaning |
    |---|---|---|
    | `say` or `play` | required | a text is heard by those whose language is another one |
    | `keys` | required | key -> language (`zh-CN`, `en`) |
    | `next` | required | the node that follows, in the chosen language |
    | `timeout_s` | `2` | seconds of silence until the call goes on, 1 to 60 |
    """

    kind: ClassVar[str] = "language"

    speech: Speech
    keys: Mapping[str, Language]
    next: str
    timeout_s: float = 2.0

    @classmethod
    def read(cls, fields: Fields) -> Self:
        speech, keys = fields.speech(), _languages(fields)
        return cls(
            speech=speech, keys=keys, next=fields.target("next"), timeout_s=fields.number("timeout_s", 2, 1, 60)
        )

    def enter(self, here: Here) -> Turn:
        others = tuple(language for language in dict.fromkeys(self.keys.values()) if language != here.language)
        if not others:
            return Go(self.next)
        play = tuple(prompt for language in others for prompt in self.speech.said(here, language))
        return Wait(Collect(play, max_digits=1, timeout_s=self.timeout_s))

    def take(self, here: Here, key: str) -> Turn:
        language = self.keys.get(key)
        if language is None:
            return Go(self.next, ahead=key)
        notes = (Pressed(here.node, key, valid=True), Chose(language))
        return Go(self.next, notes=notes, language=language)

    def knows(self, key: str) -> bool:
        return key in self.keys

    def speeches(self) -> Iterator[Speech]:
        yield self.speech


def _languages(fields: Fields) -> dict[str, Language]:
    found = {key: fields.scalar_of(value, f"keys.{key}") for key, value in fields.keys("keys").items()}
    for key, value in found.items():
        if value is not None and value.value not in _LANGUAGES:
            said = mistake("no_language", value=value.value, names=", ".join(LANGUAGES))
            fields.wrong(value, said, f"keys.{key}")
    return {key: _LANGUAGES[value.value] for key, value in found.items() if value and value.value in _LANGUAGES}
