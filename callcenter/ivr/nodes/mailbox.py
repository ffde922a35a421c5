"""mailbox"""

from collections.abc import Iterator
from typing import ClassVar, Self

from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Here, Leave, Speech, Turn
from callcenter.ivr.nodes.kind import NodeKind
from callcenter.ivr.step import ToMailbox


class Mailbox(NodeKind, frozen=True, kw_only=True):
    """Ends the flow: the caller is asked for a mailbox's number and PIN, and listens to its messages.

    ```yaml
    listen:
      kind: mailbox
    ```

    | field | | meaning |
    |---|---|---|
    | `say` or `play` | nothing is said | heard first: the text in every language, or the name of a prompt |
    """

    kind: ClassVar[str] = "mailbox"
    at_telephone: ClassVar[bool] = True
    ends: ClassVar[bool] = True

    speech: Speech | None = None

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(speech=fields.optional_speech())

    def enter(self, here: Here) -> Turn:
        return Leave(ToMailbox(tuple(prompt for speech in self.speeches() for prompt in speech.said(here))))

    def speeches(self) -> Iterator[Speech]:
        if self.speech is not None:
            yield self.speech
