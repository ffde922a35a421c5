"""queue"""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Self

from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Here, Leave, Speech, Turn
from callcenter.ivr.nodes.kind import NodeKind
from callcenter.ivr.step import ToQueue


class JoinQueue(NodeKind, frozen=True, kw_only=True):
    """Ends the flow: the caller waits in a queue for an agent.

    ```yaml
    sales:
      kind: queue
      queue: sales
      skills: {english: 3}
      say: {zh-CN: 正在为您转接销售顾问，请稍候。, en: Connecting you to our sales team. Please hold.}
    ```

    | field | | meaning |
    |---|---|---|
    | `queue` | required | the id of a queue of the centre |
    | `skills` | those of the queue | skill -> least level, 1 to 10, that the agent must have besides |
    | `say` or `play` | nothing is said | heard first: the text in every language, or the name of a prompt |
    """

    kind: ClassVar[str] = "queue"
    at_telephone: ClassVar[bool] = True
    ends: ClassVar[bool] = True

    queue: str
    skills: Mapping[str, int] = {}
    speech: Speech | None = None

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(queue=fields.queue("queue"), skills=fields.levels("skills"), speech=fields.optional_speech())

    def enter(self, here: Here) -> Turn:
        play = tuple(prompt for speech in self.speeches() for prompt in speech.said(here))
        return Leave(ToQueue(self.queue, play, self.skills))

    def speeches(self) -> Iterator[Speech]:
        if self.speech is not None:
            yield self.speech
