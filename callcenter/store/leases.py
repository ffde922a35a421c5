"""Work that one process of several does: whoever holds its lease, and as long as it is renewed."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from callcenter.store.database import writing
from callcenter.store.schema.deliveries import leases


def take(db: sa.Engine, name: str, holder: str, now: float, for_s: float) -> bool:
    """Whether `holder` has the lease until `now` + `for_s`. A lease that ran out goes to whoever asks first.

    The clocks of the machines may differ by less than `for_s`.
    """
    mine = {"holder": holder, "until": now + for_s}
    free = (leases.c.holder == holder) | (leases.c.until < now)
    with db.connect() as connection:
        held = connection.execute(leases.select().where(leases.c.name == name)).first()
    if held is None:
        return _made(db, {"name": name} | mine)
    if held.holder != holder and held.until >= now:
        return False
    with writing(db) as connection:
        return bool(connection.execute(leases.update().where(leases.c.name == name, free).values(mine)).rowcount)


def give_back(db: sa.Engine, name: str, holder: str) -> None:
    """At a stop: the next one need not wait for the lease to run out."""
    with writing(db) as connection:
        connection.execute(leases.delete().where(leases.c.name == name, leases.c.holder == holder))


def _made(db: sa.Engine, row: dict[str, object]) -> bool:
    try:
        with writing(db) as connection:
            connection.execute(leases.insert().values(row))
    except IntegrityError:  # somebody else was faster
        return False
    return True
