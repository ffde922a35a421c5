"""What is left of telephone numbers for those who may not see them whole. Pure.

Roles in `web.mask_numbers_for` see whole numbers only of callers they talk or talked to themselves.
"""

from collections.abc import Collection
from typing import Any

import msgspec

from callcenter.calls.numbers import cleaned, masked
from callcenter.calls.views import CallbackView, CallView
from callcenter.web.access import Account
from callcenter.web.asked import GivenNumber
from callcenter.web.errors import ApiError
from callcenter.web.shapes import CallDetail, CallSummary, Card, Pop, TimelineEntry

_NUMBER_FIELDS = ("caller", "caller_name", "number")


def hides(account: Account, masked_roles: Collection[str], own: bool) -> bool:
    return account.role in masked_roles and not own


def name_or_mask(name: str) -> str:
    """A caller's name; trunks often send the number as the name."""
    return masked(name) if cleaned(name) else name


def masked_view(view: CallView) -> CallView:
    return msgspec.structs.replace(view, caller=masked(view.caller), caller_name=name_or_mask(view.caller_name))


def masked_callback(view: CallbackView) -> CallbackView:
    return msgspec.structs.replace(view, number=masked(view.number), caller_name=name_or_mask(view.caller_name))


def masked_summary(call: CallSummary) -> CallSummary:
    return msgspec.structs.replace(call, caller=masked(call.caller), caller_name=name_or_mask(call.caller_name))


def masked_detail(call: CallDetail) -> CallDetail:
    return msgspec.structs.replace(
        call,
        caller=masked(call.caller),
        caller_name=name_or_mask(call.caller_name),
        timeline=tuple(_masked_entry(entry) for entry in call.timeline),
    )


def _masked_entry(entry: TimelineEntry) -> TimelineEntry:
    data: dict[str, Any] = {
        key: name_or_mask(value) if key in _NUMBER_FIELDS and isinstance(value, str) else value
        for key, value in entry.data.items()
    }
    return msgspec.structs.replace(entry, data=data)


def masked_card(card: Card, seen: Collection[str] = ()) -> Card:
    """Every number masked, except those in `seen`."""
    numbers = tuple(
        entry if entry.number in seen else msgspec.structs.replace(entry, number=masked(entry.number))
        for entry in card.numbers
    )
    return msgspec.structs.replace(card, numbers=numbers)


def masked_pop(pop: Pop) -> Pop:
    """For the agent the call is offered to: the caller's own number is seen, the card's others are not."""
    seen = (pop.caller,)
    return msgspec.structs.replace(
        pop,
        customer=masked_card(pop.customer, seen) if pop.customer else None,
        matches=tuple(masked_card(card, seen) for card in pop.matches),
        last_calls=tuple(call if call.caller in seen else masked_summary(call) for call in pop.last_calls),
    )


def restored(given: tuple[GivenNumber, ...], card: Card) -> tuple[GivenNumber, ...]:
    """Numbers as sent back by somebody who saw them masked: masks become what they stand for again.

    Raises ApiError `bad_value` when a mask stands for none of the card's numbers, or when two of
    them look alike and it cannot be told which of the two is meant.
    """
    stands_for: dict[str, list[str]] = {}
    for entry in card.numbers:
        stands_for.setdefault(masked(entry.number), []).append(entry.number)
    for mask in {entry.number for entry in given if "*" in entry.number}:
        _check_mask(mask, len(stands_for.get(mask, [])), sum(entry.number == mask for entry in given))
    return tuple(
        msgspec.structs.replace(entry, number=stands_for[entry.number].pop(0)) if "*" in entry.number else entry
        for entry in given
    )


def _check_mask(mask: str, known: int, sent: int) -> None:
    if known == 0:
        raise ApiError("bad_value", f"numbers: {mask} is a mask of no number of this card", field="numbers")
    if known != sent:
        message = f"numbers: {mask} is there {sent} times and stands for {known} numbers; send each of them once"
        raise ApiError("bad_value", message, field="numbers")
