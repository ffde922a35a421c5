"""Recordings of prompts: of each language and prompt at most one version is in force. Times in epoch seconds, UTC."""

import uuid
from collections.abc import Sequence
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from callcenter.calls.languages import Language
from callcenter.store.database import writing
from callcenter.store.schema.prompts import prompt_versions as t

How = Literal["recorded", "uploaded", "studio", "telephone"]


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """`text`: what it speaks. `original_name`: of the file that was sent; `original`: where that is kept."""

    id: str = ""
    language: Language
    prompt: str
    text: str
    file: str
    original: str
    original_name: str
    how: How
    duration_s: float
    level_db: float
    quiet: bool
    made_by: str
    made_at: float
    in_force: bool = True


class UnknownVersion(Exception):
    word = "no_such_prompt"

    def __init__(self, version: str) -> None:
        super().__init__(f"there is no recording {version}")


def add(db: sa.Engine, versions: Sequence[Version]) -> list[Version]:
    """All of them or none; each in force in place of the one before it. With their ids."""
    made = [msgspec.structs.replace(each, id=uuid.uuid4().hex) for each in versions]
    with writing(db) as connection:
        for each in made:
            if each.in_force:
                _withdraw(connection, each.language, each.prompt)
            connection.execute(t.insert().values(msgspec.structs.asdict(each)))
    return made


def all_versions(db: sa.Engine) -> list[Version]:
    """Newest first."""
    return _read(db, t.select())


def versions_of(db: sa.Engine, prompt: str, language: Language) -> list[Version]:
    """Newest first."""
    return _read(db, t.select().where(t.c.prompt == prompt, t.c.language == language))


def version(db: sa.Engine, id_: str) -> Version:
    """Raises UnknownVersion."""
    if not (found := _read(db, t.select().where(t.c.id == id_))):
        raise UnknownVersion(id_)
    return found[0]


def use(db: sa.Engine, id_: str) -> None:
    """Put this version in force in place of the present one. Raises UnknownVersion."""
    chosen = version(db, id_)
    with writing(db) as connection:
        _withdraw(connection, chosen.language, chosen.prompt)
        connection.execute(t.update().where(t.c.id == id_).values(in_force=True))


def use_none(db: sa.Engine, prompt: str, language: Language) -> None:
    """No version is in force any more; they stay."""
    with writing(db) as connection:
        _withdraw(connection, language, prompt)


def confirm(db: sa.Engine, id_: str, text: str) -> None:
    """Somebody has heard the version and says that it speaks this text. Raises UnknownVersion."""
    version(db, id_)
    with writing(db) as connection:
        connection.execute(t.update().where(t.c.id == id_).values(text=text))


def remove(db: sa.Engine, id_: str) -> tuple[str, ...]:
    """The files that nothing else needs any more. Raises UnknownVersion."""
    gone = version(db, id_)
    with writing(db) as connection:
        connection.execute(t.delete().where(t.c.id == id_))
        others = connection.execute(sa.select(sa.func.count()).where(t.c.file == gone.file)).scalar_one()
    return () if others else (gone.file, gone.original)


def _withdraw(connection: sa.Connection, language: str, prompt: str) -> None:
    connection.execute(t.update().where(t.c.language == language, t.c.prompt == prompt).values(in_force=False))


def _read(db: sa.Engine, query: "sa.Select[Any]") -> list[Version]:
    with db.connect() as connection:
        rows = connection.execute(query.order_by(t.c.made_at.desc(), t.c.id)).mappings().all()
    return [Version(**row) for row in rows]
