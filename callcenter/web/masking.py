"""What is left of telephone numbers for those who may not see them whole. Pure.

Whole numbers are seen as far as `see_numbers` reaches; roles in `web.mask_numbers_for` see them only of callers
they talk or talked to themselves.
"""

from collections.abc import Collection
from typing import Any

import msgspec

from callcenter.calls.numbers import cleaned, masked
from callcenter.calls.views import CallbackView, CallView, ConsultView, PartyView, RoomMember, RoomView
from callcenter.web.access import Access
from callcenter.web.asked import GivenNumber
from callcenter.web.call_shapes import CallDetail, CallSummary, TimelineEntry
from callcenter.web.card_shapes import Card, Pop
from callcenter.web.desk_shapes import MissedCall
from callcenter.web.errors import ApiError
from callcenter.web.refusals import refusal

_NUMBER_FIELDS = ("caller", "caller_name", "number", "party", "member", "id")
_SHORTEST_NUMBER = 7  # shorter ones are agents' ids and extensions


def name_or_mask(name: str) -> str:
    """A caller's name; trunks often send the number as the name."""
    return masked(name) if cleaned(name) else name


def masked_view(view: CallView) -> CallView:
    """Callers, and whoever outside is asked into the call."""
    return msgspec.structs.replace(
        view,
        caller=masked(view.caller),
        caller_name=name_or_mask(view.caller_name),
        consult=_masked_consult(view.consult),
        parties=tuple(_masked_party(party) for party in view.parties),
    )


def _masked_party(party: PartyView) -> PartyView:
    return msgspec.structs.replace(party, who=masked(party.who)) if party.role == "external" else party


def _masked_consult(consult: ConsultView | None) -> ConsultView | None:
    if consult is None or consult.to.kind != "number":
        return consult
    to = msgspec.structs.replace(consult.to, id=masked(consult.to.id))
    return msgspec.structs.replace(consult, to=to, party=masked(consult.party))


def masked_room(view: RoomView) -> RoomView:
    return msgspec.structs.replace(view, members=tuple(_masked_member(member) for member in view.members))


def _masked_member(member: RoomMember) -> RoomMember:
    return msgspec.structs.replace(member, member=masked(member.member)) if member.outside else member


def masked_callback(view: CallbackView) -> CallbackView:
    return msgspec.structs.replace(view, number=masked(view.number), caller_name=name_or_mask(view.caller_name))


def masked_summary(call: CallSummary) -> CallSummary:
    return msgspec.structs.replace(call, caller=masked(call.caller), caller_name=name_or_mask(call.caller_name))


def masked_missed(missed: MissedCall) -> MissedCall:
    return msgspec.structs.replace(missed, caller=masked(missed.caller))


def masked_detail(call: CallDetail) -> CallDetail:
    return msgspec.structs.replace(
        call,
        caller=masked(call.caller),
        caller_name=name_or_mask(call.caller_name),
        timeline=tuple(_masked_entry(entry) for entry in call.timeline),
        segments=tuple(msgspec.structs.replace(each, party=_masked_party_of(each.party)) for each in call.segments),
        transfers=tuple(msgspec.structs.replace(each, to=_masked_party_of(each.to)) for each in call.transfers),
    )


def _masked_party_of(party: str) -> str:
    """Several are parted by commas; agents' ids stay."""
    return ",".join(name_or_mask(each) if _may_be_number(each) else each for each in party.split(","))


def _masked_entry(entry: TimelineEntry) -> TimelineEntry:
    data: dict[str, Any] = {
        key: name_or_mask(value) if key in _NUMBER_FIELDS and _may_be_number(value) else value
        for key, value in entry.data.items()
    }
    return msgspec.structs.replace(entry, data=data)


def _may_be_number(value: object) -> bool:
    return isinstance(value, str) and len(value) >= _SHORTEST_NUMBER


def masked_card(card: Card, seen: Collection[str] = ()) -> Card:
    """Every number masked, except those in `seen`."""
    numbers = tuple(
        entry if entry.number in seen else msgspec.structs.replace(entry, number=masked(entry.number))
        for entry in card.numbers
    )
    return msgspec.structs.replace(card, numbers=numbers)


def card_as_seen(access: Access, card: Card, seen: Collection[str] = ()) -> Card:
    """`seen`: numbers of callers the reader talks or talked to."""
    scope = access.scope_of("see_numbers")
    return card if scope == "all" else masked_card(card, seen if scope else ())


def masked_pop(pop: Pop, own: bool = True) -> Pop:
    """For the agent the call is offered to: the caller's own number is seen, the card's others are not.

    Not `own`: neither is the caller's.
    """
    seen = (pop.caller,) if own else ()
    return msgspec.structs.replace(
        pop,
        caller=pop.caller if own else masked(pop.caller),
        caller_name=pop.caller_name if own else name_or_mask(pop.caller_name),
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
        raise ApiError("bad_value", refusal("no_mask", mask=mask), field="numbers")
    if known != sent:
        said = refusal("mask_twice", mask=mask, sent=sent, known=known)
        raise ApiError("bad_value", said, field="numbers")
