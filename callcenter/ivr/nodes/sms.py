"""sms"""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Self

from callcenter.calls.languages import LANGUAGES
from callcenter.calls.outside import Outcome
from callcenter.calls.work import TextMessage
from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Go, Here, Speech, Turn, Wait
from callcenter.ivr.nodes.kind import NodeKind
from callcenter.ivr.step import Outside
from callcenter.ivr.telephone import verdict
from callcenter.ivr.template import Template, written

SEND_S = 10.0


class Sms(NodeKind, frozen=True, kw_only=True):
    """Sends a text to a mobile phone: a link, a number, what was said.

    ```yaml
    link:
      kind: sms
      text:
        zh-CN: 您的客户编号是{customer.id}。
        en: Your customer number is {customer.id}.
      tag: service_request
      next: goodbye
      failed: read_out
    ```

    | field | | meaning |
    |---|---|---|
    | `text` | required | the text in every language, with values in braces; the caller's language is sent |
    | `to` | the caller's own number | a telephone number, as a text with values in braces |
    | `tag` | the flow's node | what it is for, in the provider's account and in reports |
    | `say` or `play` | nothing is said | heard meanwhile |
    | `next` | required | the node that follows when the provider has taken it |
    | `failed` | as `next` | the node that follows when it has not, there is no number, or no provider is configured |

    Only numbers of the centre's country get texts, no emergency and premium-rate numbers.
    """

    kind: ClassVar[str] = "sms"

    texts: Mapping[str, Template]
    to: Template | None
    tag: str
    speech: Speech | None
    next: str
    failed: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        to = fields.target("next")
        return cls(
            texts=_texts(fields),
            to=fields.template("to") if fields.has("to") else None,
            tag=fields.slug("tag") if fields.has("tag") else "",
            speech=fields.optional_speech(),
            next=to,
            failed=fields.target("failed", default=to),
        )

    def enter(self, here: Here) -> Turn:
        scope, context = here.scope(), here.context
        wanted = written(self.to, scope) if self.to else context.caller
        number = verdict(wanted, context.country, context.area_code).number
        if not number:
            return Go(self.failed)
        said = written(self.texts[here.language], scope)
        work = TextMessage(to=number, text=said, tag=self.tag or here.node, key=here.key)
        play = self.speech.said(here) if self.speech else ()
        return Wait(Outside(work, here.key, within_s=SEND_S, play=play))

    def answered(self, here: Here, outcome: Outcome) -> Turn:
        return Go(self.next if outcome.ok else self.failed)

    def speeches(self) -> Iterator[Speech]:
        if self.speech is not None:
            yield self.speech


def _texts(fields: Fields) -> dict[str, Template]:
    found = fields.mapping("text", required=True)
    if found is None:
        return {}
    texts: dict[str, Template] = {language: found.template(language, openly=True) for language in LANGUAGES}
    found.finish()
    return texts
