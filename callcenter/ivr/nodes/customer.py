"""customer"""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Self

from callcenter.calls.outside import Outcome
from callcenter.calls.work import CustomerLookUp
from callcenter.ivr.fields import Fields
from callcenter.ivr.flow import Go, Here, Speech, Turn, Wait
from callcenter.ivr.mistakes import mistake
from callcenter.ivr.nodes.kind import NodeKind
from callcenter.ivr.problems import allowed
from callcenter.ivr.step import Identified, Outside
from callcenter.ivr.template import Template, written
from callcenter.ivr.values import Value, text

CARD = ("id", "name", "company", "region", "tier", "language")
LOOK_UP_S = 3.0


class Customer(NodeKind, frozen=True, kw_only=True):
    """Finds out who calls: by a telephone number, or by the number of the customer's card.

    The call is the customer's from then on: the agent gets the card, rules and expressions know `customer.…`.

    ```yaml
    who:
      kind: customer
      number: "{call.caller}"
      values: {name: name, firm: company}
      found: greet
      not_found: ask_again
    ```

    | field | | meaning |
    |---|---|---|
    | `number` | the caller's own | a telephone number, as a text with values in braces |
    | `id` | by `number` | the number of the customer's card, which its page shows; excludes `number` |
    | `values` | none | value -> what of the card: `id`, `name`, `company`, `region`, `tier`, `language` |
    | `say` or `play` | nothing is said | heard meanwhile |
    | `found` | required | the node that follows when it is one customer |
    | `not_found` | required | the node that follows when it is nobody, or several share the number |
    | `failed` | as `not_found` | the node that follows when the cards could not be looked at |
    """

    kind: ClassVar[str] = "customer"

    number: Template | None
    id: Template | None
    wanted: Mapping[str, str]
    speech: Speech | None
    found: str
    not_found: str
    failed: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        if fields.has("number") and fields.has("id"):
            fields.complain("id", mistake("exclude", one="number", other="id"))
        found, not_found = fields.target("found"), fields.target("not_found")
        return cls(
            number=fields.template("number") if fields.has("number") else None,
            id=fields.template("id") if fields.has("id") else None,
            wanted=_wanted(fields),
            speech=fields.optional_speech(),
            found=found,
            not_found=not_found,
            failed=fields.target("failed", default=not_found),
        )

    def enter(self, here: Here) -> Turn:
        scope = here.scope()
        if self.id is not None:
            work = CustomerLookUp(id=written(self.id, scope))
        else:
            work = CustomerLookUp(number=written(self.number, scope) if self.number else here.context.caller)
        if not (work.id or work.number):
            return Go(self.not_found)
        play = self.speech.said(here) if self.speech else ()
        return Wait(Outside(work, here.key, within_s=LOOK_UP_S, play=play))

    def answered(self, here: Here, outcome: Outcome) -> Turn:
        if not outcome.ok:
            return Go(self.failed)
        if not outcome.values.get("found"):
            return Go(self.not_found)
        card = {name: text(outcome.values.get(name) or "") for name in CARD}
        values: dict[str, Value] = {name: card[place] for name, place in self.wanted.items()}
        return Go(self.found, notes=(Identified(card["id"], card["tier"]),), values=values)

    def speeches(self) -> Iterator[Speech]:
        if self.speech is not None:
            yield self.speech


def _wanted(fields: Fields) -> dict[str, str]:
    found, wanted = fields.mapping("values"), dict[str, str]()
    for name, at, _ in found.entries() if found else ():
        assert found
        found.named_value(at, name)  # type: ignore[arg-type]
        wanted[name] = found.word(name)
        if wanted[name] and wanted[name] not in CARD:
            found.complain(name, mistake("not_on_card", name=wanted[name], known=allowed(CARD, wanted[name])))
        found.sets(name, "text", by="found")
    return wanted
