"""hang_up"""

from collections.abc import Iterator
from typing import ClassVar, Self

from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Here, Leave, Speech, Turn
from callcenter.ivr.nodes.kind import NodeKind
from callcenter.ivr.step import End


class HangUp(NodeKind, frozen=True, kw_only=True):
    """Ends the call, after a farewell if there is one.

    ```yaml
    goodbye:
      kind: hang_up
      say: {zh-CN: 感谢您的来电，再见。, en: Thank you for calling. Goodbye.}
    ```

    | field | | meaning |
    |---|---|---|
    | `say` or `play` | nothing is said | the text in every language, or the name of a prompt |
    """

    kind: ClassVar[str] = "hang_up"
    ends: ClassVar[bool] = True

    speech: Speech | None = None

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(speech=fields.optional_speech())

    def enter(self, here: Here) -> Turn:
        return Leave(End(tuple(prompt for speech in self.speeches() for prompt in speech.said(here))))

    def speeches(self) -> Iterator[Speech]:
        if self.speech is not None:
            yield self.speech
