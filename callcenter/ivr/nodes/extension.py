"""extension"""

from typing import ClassVar, Self

from callcenter.calls.work import CallAgent
from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Go, Here, Turn
from callcenter.ivr.nodes.calling import Calling
from callcenter.ivr.template import Template, written


class Extension(Calling, frozen=True, kw_only=True):
    """Rings somebody's phone by its number, whatever that person's state, as long as nobody talks there.

    ```yaml
    by_number:
      kind: extension
      extension: "8001"
      otherwise: operator
    ```

    | field | | meaning |
    |---|---|---|
    | `extension` | required | the number of an agent, as a text with values in braces: what the caller typed |
    | `queue` | one the agent serves | whose whisper, ring time, recording and wrap-up are used |
    | `say` or `play` | nothing is said | heard first |
    | `otherwise` | required | the node that follows when the caller cannot be put through |
    | `busy` | as `otherwise` | the node that follows when somebody talks there, or the call is rejected |
    | `no_answer` | as `otherwise` | the node that follows when the phone was rung in vain |
    | `absent` | as `otherwise` | the node that follows when there is no such extension, or no phone within reach |
    """

    kind: ClassVar[str] = "extension"
    at_telephone: ClassVar[bool] = True

    extension: Template
    queue: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(
            extension=fields.template("extension"),
            queue=fields.queue("queue") if fields.has("queue") else "",
            **cls.common(fields),
        )

    def enter(self, here: Here) -> Turn:
        extension = written(self.extension, here.scope()).strip()
        if not extension:
            return Go(self.absent)
        return self.put_through(here, CallAgent(agent=extension, queue=self.queue, at_once=True))
