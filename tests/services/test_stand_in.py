"""The services that scenarios play answer so that what was to be found is found."""

import msgspec

from callcenter.services.answers import values_in
from tests.services.stand_in import answer_with


def test_each_value_is_found_at_its_path() -> None:
    paths = {"balance": "account.balance", "count": "orders.#", "first": "orders.0.id", "due": "orders.1.due?"}
    values = {"balance": 12.5, "count": 3, "first": "A-1", "due": "2026-01-02"}
    assert values_in(msgspec.json.encode(answer_with(paths, values)), paths) == values
    none = {"balance": 12.5, "count": 0}
    paths = {"balance": "account.balance", "count": "orders.#", "first": "orders.0.id?"}
    assert values_in(msgspec.json.encode(answer_with(paths, none)), paths) == none
