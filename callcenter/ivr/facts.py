"""What every flow knows of a call without asking: names that begin with `call.` or `customer.`."""

from decimal import Decimal

from callcenter.calls.rosters import WEEKDAYS
from callcenter.ivr.step import Context
from callcenter.ivr.values import Kind, Value

KINDS: dict[str, Kind] = {
    "call.caller": "text",
    "call.dialled": "text",
    "call.language": "text",
    "call.queue": "text",
    "call.agent": "text",
    "call.date": "date",
    "call.weekday": "text",
    "call.hour": "number",
    "call.minute": "number",
    "call.withheld": "bool",
    "call.holiday": "bool",
    "customer.known": "bool",
    "customer.id": "text",
    "customer.tier": "text",
    "customer.last_agent": "text",
}


def facts(context: Context, language: str) -> dict[str, Value]:
    """All of `KINDS`; texts are empty where nothing is known."""
    now, customer = context.local_now, context.customer
    return {
        "call.caller": context.caller,
        "call.dialled": context.dialled,
        "call.language": language,
        "call.queue": context.queue,
        "call.agent": context.agent,
        "call.date": now.date(),
        "call.weekday": WEEKDAYS[now.weekday()],
        "call.hour": Decimal(now.hour),
        "call.minute": Decimal(now.minute),
        "call.withheld": not context.caller,
        "call.holiday": context.holiday,
        "customer.known": bool(customer.id),
        "customer.id": customer.id,
        "customer.tier": customer.tier,
        "customer.last_agent": customer.last_agent,
    }
