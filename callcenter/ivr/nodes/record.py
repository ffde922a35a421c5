"""record"""

from collections.abc import Iterator
from typing import ClassVar, Self

from callcenter.calls.outside import LONGEST_S, Outcome
from callcenter.calls.work import LeaveMessage
from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Go, Here, Speech, Turn, Wait
from callcenter.ivr.nodes.kind import NodeKind
from callcenter.ivr.step import Outside


class Record(NodeKind, frozen=True, kw_only=True):
    """Records what the caller says after a tone as a message in a mailbox, and goes on: a complaint, a wish.

    ```yaml
    complaint:
      kind: record
      mailbox: support
      say: {zh-CN: 请在提示音后说明情况，说完请按井号键。, en: "Please tell us after the tone, then press pound."}
      next: goodbye
    ```

    | field | | meaning |
    |---|---|---|
    | `mailbox` | required | the id of a queue or of an agent of the centre, whose messages it is among |
    | `say` or `play` | required | what is said before the tone; the mailbox's own greeting is not heard |
    | `next` | required | the node that follows |
    | `discarded` | as `next` | the node that follows when the caller took the message back |

    How long it may be, how much silence ends it and whether the caller may hear it again is the mailbox's matter. A
    caller who hangs up instead of pressing a key has left the message all the same.
    """

    kind: ClassVar[str] = "record"
    at_telephone: ClassVar[bool] = True

    mailbox: str
    speech: Speech
    next: str
    discarded: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        to = fields.target("next")
        return cls(
            mailbox=fields.one_of("mailbox", "mailbox", fields.reading.known.mailboxes),
            speech=fields.speech(),
            next=to,
            discarded=fields.target("discarded", default=to),
        )

    def enter(self, here: Here) -> Turn:
        work = LeaveMessage(mailbox=self.mailbox)
        return Wait(Outside(work, here.key, within_s=LONGEST_S, play=self.speech.said(here)))

    def answered(self, here: Here, outcome: Outcome) -> Turn:
        return Go(self.next if outcome.values.get("left", outcome.ok) else self.discarded)

    def speeches(self) -> Iterator[Speech]:
        yield self.speech
