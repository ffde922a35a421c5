"""say"""

from collections.abc import Iterator
from typing import ClassVar, Self

from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Go, Here, Speech, Turn, Wait
from callcenter.ivr.nodes.kind import NodeKind
from callcenter.ivr.step import Collect


class Say(NodeKind, frozen=True, kw_only=True):
    """Says something and goes on.

    ```yaml
    notice:
      kind: say
      say:
        zh-CN: 为了保证服务质量，本次通话可能会被录音。
        en: This call may be recorded to help us improve our service.
      interruptible: false
      next: menu
    ```

    | field | | meaning |
    |---|---|---|
    | `say` or `play` | required | the text in every language, or the name of a prompt |
    | `next` | required | the node that follows |
    | `interruptible` | `true` | `false`: a key does not cut it off, it is heard to its end |
    """

    kind: ClassVar[str] = "say"

    speech: Speech
    next: str
    interruptible: bool = True

    @classmethod
    def read(cls, fields: Fields) -> Self:
        speech, to = fields.speech(), fields.target("next")
        return cls(speech=speech, next=to, interruptible=fields.flag("interruptible", True))

    def enter(self, here: Here) -> Turn:
        play = self.speech.said(here)
        return Go(self.next, play) if self.interruptible else Wait(Collect(play, max_digits=0))

    def take(self, here: Here, key: str) -> Turn:
        return Go(self.next)

    def speeches(self) -> Iterator[Speech]:
        yield self.speech
