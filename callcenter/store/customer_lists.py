"""Every card at once, for files."""

import sqlalchemy as sa

from callcenter.store import tables as t
from callcenter.store.customers import Card, CardNumber


def everything(db: sa.Engine) -> list[Card]:
    """By name. Numbers are read once, not card by card."""
    n = t.customer_numbers.c
    with db.connect() as connection:
        numbers: dict[int, list[CardNumber]] = {}
        for row in connection.execute(sa.select(t.customer_numbers).order_by(n.customer_id, n.position)):
            numbers.setdefault(row.customer_id, []).append(CardNumber(row.number, row.label))
        query = sa.select(t.customers).order_by(t.customers.c.name, t.customers.c.id)
        return [
            Card(**dict(row) | {"id": str(row["id"]), "numbers": tuple(numbers.get(row["id"], ()))})
            for row in connection.execute(query).mappings()
        ]
