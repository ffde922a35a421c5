"""Lines to the telephone network that were set up in the pages. Their passwords are not here but in the keyring."""

from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.store import tables as t
from callcenter.store.database import writing


class KeptTrunk(msgspec.Struct, frozen=True, kw_only=True):
    """As a trunk of config.yaml, without its password."""

    name: str
    host: str
    port: int
    transport: str
    username: str
    register: bool
    match: tuple[str, ...]
    caller_number: str


def all_trunks(db: sa.Engine) -> list[KeptTrunk]:
    """By name."""
    with db.connect() as connection:
        rows = connection.execute(t.trunks.select().order_by(t.trunks.c.name)).mappings().all()
    return [_shaped(row) for row in rows]


def save(db: sa.Engine, trunk: KeptTrunk, by: str, now: float) -> None:
    """Create or replace."""
    row = msgspec.structs.asdict(trunk) | {"match": msgspec.json.encode(trunk.match).decode()}
    with writing(db) as connection:
        connection.execute(t.trunks.delete().where(t.trunks.c.name == trunk.name))
        connection.execute(t.trunks.insert().values(row | {"changed_by": by, "changed_at": now}))


def remove(db: sa.Engine, name: str) -> bool:
    """Whether there was one."""
    with writing(db) as connection:
        return connection.execute(t.trunks.delete().where(t.trunks.c.name == name)).rowcount > 0


def _shaped(row: sa.RowMapping) -> KeptTrunk:
    fields: dict[str, Any] = {name: row[name] for name in KeptTrunk.__struct_fields__}
    return KeptTrunk(**fields | {"match": tuple(msgspec.json.decode(row["match"]))})
