"""The database, and in a demo its centre, flows, customers, accounts and past."""

from __future__ import annotations

import time
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from callcenter.calls.centre import Centre
from callcenter.calls.events import Entry
from callcenter.demo import centre as demo_centre
from callcenter.demo.accounts import accounts_of, listing
from callcenter.demo.customers import callers, customers
from callcenter.demo.history import history
from callcenter.demo.plan import plan
from callcenter.keyring import write_private
from callcenter.preparation.demo_additions import add_missing
from callcenter.preparation.flows import flow_files, named_texts, read_flows
from callcenter.store import accounts, documents, planned_shifts, projections, quality
from callcenter.store import customers as cards
from callcenter.store.database import migrate, open_database, writing
from callcenter.store.passwords import typed_password
from callcenter.store.planned_shifts import Placed

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

    from callcenter.config import Config
    from callcenter.preparation.steps import Say

BY = "setup"


def database(config: Config) -> str:
    """Its tables in this version's shape."""
    migrate(config.database_url)
    return "up to date"


def demo(config: Config, say: Say) -> str:
    """What is there already is left as it is: the demo is there to be changed. What it lacks is laid beside it."""
    with opened(config) as db:
        if documents.current_centre(db):
            added = add_missing(db, demo_centre.centre())
            return f"there, and now {', '.join(added)}" if added else "there"
        centre = demo_centre.centre()
        _publish(db, centre)
        say("inventing customers and a week of calls")
        _invent(db, centre)
        _set_up_work(db, centre)
        _open_accounts(db, centre, demo_accounts_file(config))
    return f"{len(centre.agents)} agents, {len(customers())} customers"


def demo_accounts_file(config: Config) -> Path:
    return config.data_dir / "demo-accounts.txt"


def current(config: Config) -> Centre:
    """The centre in force; an empty one before the first was applied."""
    with opened(config) as db:
        found = documents.current_centre(db)
    return found.document if found else Centre()


def current_flows(config: Config) -> dict[str, str]:
    """The YAML of every flow in force, by its id."""
    with opened(config) as db:
        return {name: version.source for name, version in documents.current_flows(db).items()}


@contextmanager
def opened(config: Config) -> Iterator[sa.Engine]:
    db = open_database(config.database_url)
    try:
        yield db
    finally:
        db.dispose()


def _publish(db: sa.Engine, centre: Centre) -> None:
    """The flows first; the centre last, since its presence says that all is there."""
    for each in read_flows(flow_files(), centre, named_texts()):
        if not documents.newest_version(db, each.flow.id):
            documents.save_flow(db, each.flow.id, each.source, BY, 0, time.time())


def _invent(db: sa.Engine, centre: Centre) -> None:
    if not cards.search(db, "", 1):
        for card in customers():
            cards.create(db, card, time.time())
    # Numbers of the ledger follow the journal's; only a database without calls gets a past.
    if projections.stored_seq(db) == 0:
        events = history(centre, callers(), time.time(), Random())
        with writing(db) as connection:
            projections.apply(connection, [Entry(seq, event) for seq, event in enumerate(events, start=1)])


def _set_up_work(db: sa.Engine, centre: Centre) -> None:
    """What calls are judged by, and who comes when in the next two weeks."""
    if not quality.cards(db, every=True):
        quality.save_card(db, demo_centre.score_card(), BY, time.time(), 0)
    today = datetime.fromtimestamp(time.time(), ZoneInfo(centre.zone)).date()
    planned_shifts.replace(db, [Placed(row, shift) for row, shift in enumerate(plan(centre, today), start=1)])


def _open_accounts(db: sa.Engine, centre: Centre, file: Path) -> None:
    """New passwords for all of them, known only to the file and to whoever reads it."""
    opened_now = [(account, typed_password()) for account in accounts_of(centre)]
    write_private(file, listing(opened_now))
    for account, password in opened_now:
        accounts.save(db, account, password)
    documents.save_centre(db, centre, BY, 0, time.time())
