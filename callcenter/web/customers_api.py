"""Customer cards."""

import msgspec

from callcenter.web.asked import CardEdit, CustomerQuery, NewCard
from callcenter.web.calls_api import callers_in_hand, told
from callcenter.web.card_shapes import Card, CustomerDetail, CustomerList
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.masking import card_as_seen, restored
from callcenter.web.refusals import refusal
from callcenter.web.visit import Visit

customers = Endpoints("customers")


@customers.get("/customers", needs="see_customers")
async def find(visit: Visit, query: CustomerQuery) -> CustomerList:
    """Cards by words of name or company, or by the beginning or end of a number; without any the latest changed."""
    found = await visit.services.archive.customers(query)
    return msgspec.structs.replace(found, customers=_cards(visit, found.customers))


@customers.get("/customers/by-number/{number}", needs="see_customers")
async def by_number(visit: Visit) -> CustomerList:
    """Every card that has the number, however it is written."""
    number = visit.path("number")
    found = await visit.services.archive.customers_of(number)
    return CustomerList(customers=_cards(visit, found))


@customers.get("/customers/{id}", needs="see_customers", words=("no_such_customer",))
async def one_customer(visit: Visit) -> CustomerDetail:
    """A card with its last calls."""
    archive = visit.services.archive
    card = await _card(visit)
    last_calls = await archive.calls_of_customer(card.id)
    own = {call.caller for call in last_calls if visit.agent and call.agent == visit.agent}
    return CustomerDetail(card=_told(visit, card, own), last_calls=told(visit, last_calls))


@customers.post("/customers", needs="edit_customers")
async def add(visit: Visit, asked: NewCard) -> Card:
    """A new card."""
    if any("*" in entry.number for entry in asked.numbers):
        raise ApiError("bad_value", refusal("masked_new"), field="numbers")
    card = await visit.services.archive.add_customer(asked, visit.account.username)
    await visit.services.archive.note(visit.account.username, "add_customer", card.id, visit.address)
    return await _saved(visit, card)


@customers.put("/customers/{id}", needs="edit_customers", words=("no_such_customer", "stale_version"))
async def change(visit: Visit, asked: CardEdit) -> Card:
    """Change a card. Fields that are not given stay as they are."""
    before = await _card(visit)
    if asked.numbers is not None:
        asked = msgspec.structs.replace(asked, numbers=restored(asked.numbers, before))
    card = await visit.services.archive.change_customer(before.id, asked, visit.account.username)
    await visit.services.archive.note(visit.account.username, "change_customer", card.id, visit.address)
    return await _saved(visit, card)


async def _card(visit: Visit) -> Card:
    card = await visit.services.archive.customer(visit.path("id"))
    if card is None:
        raise ApiError("no_such_customer")
    return card


async def _saved(visit: Visit, card: Card) -> Card:
    visit.services.pops.refresh(frozenset(entry.number for entry in card.numbers))
    return _told(visit, card)


def _cards(visit: Visit, found: tuple[Card, ...]) -> tuple[Card, ...]:
    return tuple(_told(visit, card) for card in found)


def _told(visit: Visit, card: Card, seen: set[str] | frozenset[str] = frozenset()) -> Card:
    """The card as the reader may see it."""
    return card_as_seen(visit.access, card, seen | callers_in_hand(visit))
