"""menu"""

from collections.abc import Mapping
from typing import ClassVar, Self

from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Go, Here, Turn
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.nodes.asking import Asking
from callcenter.ivr.step import Pressed


class Menu(Asking, frozen=True, kw_only=True):
    """Offers choices by key. A key cuts the prompt off and counts at once.

    ```yaml
    menu:
      kind: menu
      say:
        zh-CN: 产品咨询请按1，技术支持请按2，重听请按星号键。
        en: For sales, press 1. For support, press 2. To hear this again, press star.
      keys: {1: sales, 2: support}
      repeat: "*"
      timeout_s: 5
      tries: 3
      invalid:
        say: {zh-CN: 您的输入有误，请重新输入。, en: "Sorry, that is not a valid choice."}
      missing: {play: no_key}
      gave_up: support
    ```

    | field | | meaning |
    |---|---|---|
    | `say` or `play` | required | the choices: the text in every language, or the name of a prompt |
    | `keys` | required | key -> node; keys are `0` to `9`, `"*"` and `"#"` (the last two in quotes) |
    | `gave_up` | required | the node that follows when the last try brought no valid key |
    | `repeat` | none | the key that says the choices again; does not count as a try |
    | `timeout_s` | `5` | seconds of silence after the choices until a try is lost, 1 to 60 |
    | `tries` | `3` | how often the choices are offered, 1 to 10 |
    | `invalid`, `missing` | a built-in text | `say` or `play` before the next try: after a wrong key, after none |
    """

    kind: ClassVar[str] = "menu"

    keys: Mapping[str, str]
    repeat: str = ""

    @classmethod
    def read(cls, fields: Fields) -> Self:
        keys = _targets(fields)
        repeat = fields.key("repeat")
        if repeat in keys:
            fields.complain("repeat", mistake("key_twice", key=repeat))
        return cls(**cls.asked(fields), gave_up=fields.target("gave_up"), keys=keys, repeat=repeat)

    def take(self, here: Here, key: str) -> Turn:
        if key in self.keys:
            return Go(self.keys[key], notes=(Pressed(here.node, key, valid=True),))
        if key and key == self.repeat:
            return self._ask(here, here.tries, notes=(Pressed(here.node, key, valid=True),))
        return self.failed(here, key)

    def knows(self, key: str) -> bool:
        return key in self.keys


def _targets(fields: Fields) -> dict[str, str]:
    found = {key: fields.scalar_of(value, f"keys.{key}") for key, value in fields.keys("keys").items()}
    return {key: fields.reference(value, f"keys.{key}") for key, value in found.items() if value is not None}
