"""Customers' cards, and the screen-pop. `numbers` may be masked, by the reader's role."""

from typing import Annotated, Literal

from msgspec import Meta

from callcenter.calls.languages import Language
from callcenter.web.call_shapes import CallSummary
from callcenter.web.shapes import Shape

Tier = Annotated[
    str,
    Meta(
        pattern=r"^[A-Z]?$",
        description="one letter, A to Z, or empty",
        extra_json_schema={"x-zh": "一个字母，A 到 Z，或留空"},
    ),
]


class CardNumber(Shape, frozen=True, kw_only=True):
    number: str
    label: str = ""  # free text, as in mobile, office


class Card(Shape, frozen=True, kw_only=True):
    """A customer. `numbers[0]` is the one to call first."""

    id: str
    name: str
    numbers: tuple[CardNumber, ...]
    tier: Tier
    company: str
    region: str
    address: str
    notes: str
    language: Language | Literal[""]
    created_at: float
    changed_at: float


class CustomerList(Shape, frozen=True, kw_only=True):
    """`total`: on all pages, which count from 1."""

    customers: tuple[Card, ...]
    total: int = 0
    page: int = 1
    page_size: int = 50


class CustomerDetail(Shape, frozen=True, kw_only=True):
    card: Card
    last_calls: tuple[CallSummary, ...]


class Pop(Shape, frozen=True, kw_only=True):
    """The screen-pop: who calls. `customer` is set when exactly one card has the number.

    `kind` consult: the reader is asked for advice by `by_agent`, with `note`; else both are those of the agent who
    gave the call away, if anybody did. out: the reader calls. `looking_up`: who it is takes a moment longer, and the
    same pop comes again with it.
    """

    interaction: str
    kind: Literal["call", "consult", "out"]
    offer: str
    caller: str
    caller_name: str
    queue: str
    waited_s: float
    flow: str
    keys: tuple[str, ...]
    callback: str  # the callback the call carries out: the customer has asked to be called
    note: str
    by_agent: str
    looking_up: bool
    customer: Card | None
    matches: tuple[Card, ...]
    last_calls: tuple[CallSummary, ...]
