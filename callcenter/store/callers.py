"""What is known of a caller by the number alone: asked for every call that comes in, before it is answered."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from callcenter.calls.languages import LANGUAGES, Language
from callcenter.calls.signals import Known
from callcenter.store import tables as t

_DAY_S = 86_400
_LONGEST_ID = 16  # digits


def known(db: sa.Engine, number: str, now: float, sticky_days: int = 365) -> Known:
    """`number` as `calls.numbers.normalised` gives it; nothing is known of a withheld one (empty).

    A number on several cards is nobody's in particular: no customer, tier or language. The last agent is the one
    who talked with this number last, within `sticky_days`.
    """
    if not number:
        return Known()
    with db.connect() as connection:
        cards = connection.execute(_cards(number)).all()
        talk = connection.execute(_last_talk(number, now - sticky_days * _DAY_S)).first()
    customer, tier, language = _whose(cards)
    return Known(
        customer=customer,
        tier=tier,
        language=language,
        last_agent=talk.agent if talk else "",
        last_talk_at=talk.answered_at if talk else 0.0,
    )


def _cards(number: str) -> sa.Select[Any]:
    c = t.customers.c
    holders = t.customer_numbers.join(t.customers, t.customer_numbers.c.customer_id == c.id)
    query = sa.select(c.id, c.tier, c.language).select_from(holders)
    return query.where(t.customer_numbers.c.number == number).limit(2)


def _last_talk(number: str, since: float) -> sa.Select[Any]:
    c = t.calls.c
    talked = (c.caller == number) & (c.arrived_at >= since) & (c.agent != "") & c.answered_at.is_not(None)
    return sa.select(c.agent, c.answered_at).where(talked).order_by(c.arrived_at.desc(), c.id.desc()).limit(1)


def _whose(cards: Sequence[sa.Row[Any]]) -> tuple[str, str, Language | None]:
    if len(cards) != 1:
        return "", "", None
    card = cards[0]
    return str(card.id), card.tier, next((language for language in LANGUAGES if language == card.language), None)


def card_of(db: sa.Engine, customer_id: str, number: str) -> dict[str, str] | None:
    """The card with this id, or the only one with this number; None when there is none, or several."""
    if not customer_id and not number:
        return None
    c = t.customers.c
    query = sa.select(c.id, c.name, c.company, c.region, c.tier, c.language)
    if customer_id:
        if not (customer_id.isascii() and customer_id.isdigit() and len(customer_id) < _LONGEST_ID):
            return None
        query = query.where(c.id == int(customer_id))
    else:
        holders = sa.select(t.customer_numbers.c.customer_id).where(t.customer_numbers.c.number == number)
        query = query.where(c.id.in_(holders))
    with db.connect() as connection:
        found = connection.execute(query.limit(2)).mappings().all()
    return {name: str(value) for name, value in found[0].items()} if len(found) == 1 else None
