"""Calls that agents begin."""

from callcenter.calls.numbers import masked
from callcenter.calls.requests import DialOut
from callcenter.web.asked_live import Dialled
from callcenter.web.calls_api import seen_call
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.numbers import check_outside
from callcenter.web.refusals import refusal
from callcenter.web.shapes import Done
from callcenter.web.visit import Visit

dial = Endpoints("dial")


@dial.post(
    "/agent/dial",
    needs="dial_out",
    words=(
        "engine_lost",
        "not_signed_in",
        "phone_not_reachable",
        "not_now",
        "number_not_allowed",
        "no_such_customer",
        "no_such_call",
    ),
)
async def dial_out(visit: Visit, asked: Dialled) -> Done:
    """Call somebody: the agent's phone rings first. `result.interaction` is the call."""
    number = await _whole(visit, asked)
    check_outside(number, "number")
    return await visit.submit(DialOut(agent=visit.agent, number=number, as_number=asked.as_number))


async def _whole(visit: Visit, asked: Dialled) -> str:
    """Who sees masks dials them: the card or call they were shown on tells the number.

    Raises ApiError `no_such_customer`, `no_such_call`, or `bad_value` for a mask of neither.
    """
    if "****" not in asked.number:
        return asked.number
    for number in [*await _of_customer(visit, asked.customer), *await _of_call(visit, asked.call)]:
        if masked(number) == asked.number:
            return number
    raise ApiError(
        "bad_value",
        refusal("masked"),
        field="number",
    )


async def _of_customer(visit: Visit, customer_id: str) -> tuple[str, ...]:
    if not customer_id:
        return ()
    visit.require("see_customers")
    card = await visit.services.archive.customer(customer_id)
    if card is None:
        raise ApiError("no_such_customer")
    return tuple(entry.number for entry in card.numbers)


async def _of_call(visit: Visit, call_id: str) -> tuple[str, ...]:
    return ((await seen_call(visit, call_id)).caller,) if call_id else ()
