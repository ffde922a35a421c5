"""voicemail"""

from collections.abc import Iterator
from typing import ClassVar, Self

from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Here, Leave, Speech, Turn
from callcenter.ivr.nodes.kind import NodeKind
from callcenter.ivr.step import ToVoicemail


class Voicemail(NodeKind, frozen=True, kw_only=True):
    """Ends the flow: the caller hears the mailbox's greeting and a tone, and leaves a message.

    ```yaml
    message:
      kind: voicemail
      mailbox: support
      say: {zh-CN: 现在是非服务时间。, en: We are closed at the moment.}
    ```

    | field | | meaning |
    |---|---|---|
    | `mailbox` | required | the id of a queue or of an agent of the centre |
    | `say` or `play` | nothing is said | heard first: the text in every language, or the name of a prompt |
    """

    kind: ClassVar[str] = "voicemail"
    at_telephone: ClassVar[bool] = True
    ends: ClassVar[bool] = True

    mailbox: str
    speech: Speech | None = None

    @classmethod
    def read(cls, fields: Fields) -> Self:
        mailbox = fields.one_of("mailbox", "mailbox", fields.reading.known.mailboxes)
        return cls(mailbox=mailbox, speech=fields.optional_speech())

    def enter(self, here: Here) -> Turn:
        play = tuple(prompt for speech in self.speeches() for prompt in speech.said(here))
        return Leave(ToVoicemail(self.mailbox, play))

    def speeches(self) -> Iterator[Speech]:
        if self.speech is not None:
            yield self.speech
