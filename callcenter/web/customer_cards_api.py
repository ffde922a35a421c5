"""Cards that go: erased at the customer's wish, or put into another of the same person."""

import time

from callcenter.store import customer_erasure
from callcenter.store.customers import BadCard, UnknownCustomer
from callcenter.web.card_shapes import Card, CardNumber
from callcenter.web.customer_shapes import Erasure, Merging
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.masking import card_as_seen
from callcenter.web.shapes import Done
from callcenter.web.store_door import store_of
from callcenter.web.visit import Visit

cards = Endpoints("customers")


@cards.delete("/customers/{id}", needs="edit_users", words=("no_such_customer",))
async def erase(visit: Visit, asked: Erasure) -> Done:
    """Erase a customer: the card goes, calls keep the masked number. The audit keeps who did it, and no name."""
    customer_id = visit.path("id")
    try:
        calls = await store_of(visit).run(customer_erasure.erase, customer_id)
    except UnknownCustomer:
        raise ApiError("no_such_customer") from None
    details = {"calls": calls, "reason": asked.reason}
    await visit.services.archive.note(visit.account.username, "erase_customer", customer_id, visit.address, **details)
    return Done(result={"calls": calls})


@cards.post("/customers/{id}/merge", needs="edit_customers", words=("no_such_customer",))
async def merge(visit: Visit, asked: Merging) -> Card:
    """Put another card of the same person into this one: its numbers, notes and calls; then it goes."""
    if "see_numbers" not in visit.access.grants or visit.scope_of("see_numbers") != "all":
        raise ApiError("forbidden", "who may not see whole numbers cannot tell whether two cards are one person's")
    try:
        made = await store_of(visit).run(customer_erasure.merge, visit.path("id"), asked.other, time.time())
    except UnknownCustomer:
        raise ApiError("no_such_customer") from None
    except BadCard as error:
        raise ApiError("bad_value", error.said, field=error.field) from error
    await visit.services.archive.note(
        visit.account.username, "merge_customers", made.id, visit.address, other=asked.other
    )
    visit.services.pops.refresh(frozenset(entry.number for entry in made.numbers))
    numbers = tuple(CardNumber(number=entry.number, label=entry.label) for entry in made.numbers)
    names = ("id", "name", "tier", "company", "region", "address", "notes", "language", "created_at", "changed_at")
    card = Card(numbers=numbers, **{name: getattr(made, name) for name in names})
    return card_as_seen(visit.access, card)
