"""number"""

from typing import ClassVar, Self

from callcenter.calls.work import CallNumber
from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Here, Turn
from callcenter.ivr.nodes.calling import Calling
from callcenter.ivr.template import Template, written


class ToNumber(Calling, frozen=True, kw_only=True):
    """Puts the caller through to a number outside, over a trunk; the flow goes on when nobody answers.

    ```yaml
    night_service:
      kind: number
      number: "+862155550199"
      ring_s: 25
      say: {zh-CN: 正在为您转接值班工程师。, en: Connecting you to the engineer on duty.}
      no_answer: message
      otherwise: message
    ```

    | field | | meaning |
    |---|---|---|
    | `number` | required | a telephone number, as a text with values in braces |
    | `as_number` | the centre's first | the number shown: one of the centre's `outbound.numbers` |
    | `ring_s` | `30` | seconds it rings, 5 to 120 |
    | `say` or `play` | nothing is said | heard first |
    | `otherwise` | required | the node that follows when the caller cannot be put through |
    | `busy` | as `otherwise` | the node that follows when it is busy, or the call is rejected |
    | `no_answer` | as `otherwise` | the node that follows when nobody answered |
    | `absent` | as `otherwise` | the node that follows when there is no such number, or no trunk reaches it |

    Only numbers that the centre's `outbound.allowed` permits are called; others lead to `otherwise`.
    """

    kind: ClassVar[str] = "number"

    number: Template
    as_number: str
    ring_s: int

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(
            number=fields.template("number"),
            as_number=fields.word("as_number", default=""),
            ring_s=fields.count("ring_s", 30, 5, 120),
            **cls.common(fields),
        )

    def enter(self, here: Here) -> Turn:
        number = written(self.number, here.scope())
        return self.put_through(here, CallNumber(number=number, as_number=self.as_number, ring_s=self.ring_s))
