"""The lines to the telephone network: those of config.yaml, then those that were set up in the pages."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, get_type_hints

import msgspec
from sqlalchemy.exc import OperationalError, ProgrammingError

from callcenter import config_sections as sections
from callcenter.asterisk.settings import Settings, Trunk
from callcenter.calls.complaint import Complaint, Sentences
from callcenter.calls.languages import Text
from callcenter.forms.wording import allowed_text
from callcenter.store import trunks as kept
from callcenter.store.database import open_database

if TYPE_CHECKING:
    import sqlalchemy as sa

    from callcenter.config import Config


class BadTrunk(Exception):
    """A field that cannot be; `field` names it."""

    word = "bad_value"

    def __init__(self, field: str, said: Complaint) -> None:
        super().__init__(f"{field}: {said}")
        self.field = field
        self.text = _mistake.phrase("of", field=field, said=said)


_mistake = Sentences(
    {
        "of": Text(en="{field}: {said}", zh="{field}：{said}"),
        "in_config": Text(en="{name} stands in config.yaml", zh="{name} 已在 config.yaml 中"),
        "needs_username": Text(en="a trunk that registers needs one", zh="需要注册的中继必须填写用户名"),
        "not_allowed": Text(en="allowed: {allowed}", zh="应为{allowed}"),
        "no_trunk": Text(en="{english}", zh="这样的中继不可用"),
    }
)


def settings_in_force(config: Config) -> Settings:
    """Asterisk's settings with every trunk there is. Without a database yet, those of config.yaml."""
    db = open_database(config.database_url)
    try:
        return with_kept(config, db)
    except (OperationalError, ProgrammingError):
        return config.asterisk_settings()
    finally:
        db.dispose()


def with_kept(config: Config, db: sa.Engine) -> Settings:
    settings = config.asterisk_settings()
    named = {trunk.name for trunk in settings.trunks}
    added = [_with_password(config, each) for each in kept.all_trunks(db) if each.name not in named]
    return dataclasses.replace(settings, trunks=(*settings.trunks, *added))


def save(config: Config, db: sa.Engine, fields: dict[str, object], password: str | None, by: str) -> None:
    """`password` None: the one that is kept stays. Raises BadTrunk."""
    secret = "trunk." + str(fields.get("name", ""))
    given = {**fields, "password": config.keyring.given(secret) if password is None else password}
    trunk = _checked(given)
    if trunk.name in {each.name for each in config.asterisk.trunks} | {"demo-trunk"}:
        raise BadTrunk("name", _mistake("in_config", name=trunk.name))
    if trunk.register and not trunk.username:
        raise BadTrunk("username", _mistake("needs_username"))
    values = {name: getattr(trunk, name) for name in kept.KeptTrunk.__struct_fields__}
    kept.save(db, kept.KeptTrunk(**values), by, time.time())
    config.keyring.put(secret, trunk.password)


def remove(config: Config, db: sa.Engine, name: str) -> bool:
    """Whether there was one."""
    there = kept.remove(db, name)
    if there:
        config.keyring.put(f"trunk.{name}", "")
    return there


def _checked(fields: dict[str, object]) -> sections.Trunk:
    """By the rules of config.yaml."""
    try:
        return msgspec.convert(fields, sections.Trunk)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at `$.")
        field = place.rstrip("`").partition("[")[0]
        kinds = get_type_hints(sections.Trunk, include_extras=True)
        known = field in kinds
        said = (
            _mistake("not_allowed", allowed=allowed_text(kinds[field]))
            if known
            else _mistake("no_trunk", english=message)
        )
        raise BadTrunk(field or "name", said) from error


def _with_password(config: Config, each: kept.KeptTrunk) -> Trunk:
    fields = msgspec.structs.asdict(each)
    return Trunk(**fields, password=config.keyring.given(f"trunk.{each.name}"))
