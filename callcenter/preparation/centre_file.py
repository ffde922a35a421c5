"""The centre document as a YAML file, and a file brought in as the next version."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import yaml

from callcenter.asterisk.music import CALM
from callcenter.calls.centre import Centre
from callcenter.calls.problems import DEFAULT_MUSIC, problems
from callcenter.forms.places import line_of
from callcenter.forms.reading import FormError, FormProblem, parse, read_text
from callcenter.ivr.known import known_of
from callcenter.ivr.parse import parse as parse_flow
from callcenter.preparation.flows import named_texts
from callcenter.store import accounts, audit, documents

if TYPE_CHECKING:
    import sqlalchemy as sa

MUSIC = DEFAULT_MUSIC | {CALM}  # what every set-up makes; `asterisk.music.classes` tells what else there is
_VERSION = re.compile(r"^# centre version (\d+)$", re.MULTILINE)
# Puts a version in force; raises when it is refused.
PutInForce = Callable[[int, Centre], None]


def written(centre: Centre, version: int) -> str:
    """`apply` refuses the file when the version in its first line is no longer the one in force."""
    text = yaml.safe_dump(msgspec.to_builtins(centre), allow_unicode=True, sort_keys=False, width=118)
    return f"# centre version {version}\n{text}"


class Applied(msgspec.Struct, frozen=True):
    """`without_account`: agents and staff who cannot sign in yet."""

    version: int
    without_account: tuple[str, ...]


def read_centre(file: Path, db: sa.Engine, music: frozenset[str] = MUSIC) -> tuple[Centre, int | None]:
    """The document, and the version it was made from if the file says so. FormError with all that is wrong.

    `music`: the classes that queues may name.
    """
    text = read_text(file)
    centre = parse(text, str(file), Centre)
    flows = documents.current_flows(db)
    if wrong := list(problems(centre, frozenset(flows), music)):
        found = [FormProblem(str(file), line_of(text, each.path), each.path, each.message) for each in wrong]
        raise FormError(found)
    _refuse_what_breaks_flows(centre, {name: version.source for name, version in flows.items()})
    version = _VERSION.search(text)
    return centre, int(version[1]) if version else None


def apply(db: sa.Engine, centre: Centre, base_version: int | None, by: str, put_in_force: PutInForce) -> Applied:
    """Saves it as the next version and puts it in force; what is refused leaves the last one in force.

    `base_version` None: made from whatever is in force. Raises requests.StaleVersion, and what `put_in_force` raises.
    """
    before = documents.current_centre(db)
    latest = before.version if before else 0
    version = documents.save_centre(db, centre, by, latest if base_version is None else base_version, time.time())
    try:
        put_in_force(version, centre)
    except Exception:
        documents.save_centre(db, before.document if before else Centre(), by, version, time.time())
        raise
    audit.note(db, time.time(), by, "change_centre", details={"version": version})
    known = {name for account in accounts.all_accounts(db) for name in (account.username, account.agent)}
    people = [agent.id for agent in centre.agents] + [each.id for each in centre.staff]
    return Applied(version, tuple(each for each in people if each not in known))


def _refuse_what_breaks_flows(centre: Centre, sources: Mapping[str, str]) -> None:
    """FlowError when a flow in force names a queue that this centre no longer has."""
    known = known_of(centre, frozenset(sources), named_texts())
    for name, source in sources.items():
        parse_flow(source, f"flow {name} (in force)", known)
