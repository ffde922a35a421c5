"""A store, and a server in Twilio's place."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from callcenter.store.database import migrate, open_database
from tests.twilio.server import TwilioServer, twilio_server


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("twilio") / "empty.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def database(tmp_path: Path, empty: Path) -> Iterator[sa.Engine]:
    opened = open_database(f"sqlite:///{shutil.copy(empty, tmp_path / 'x.db')}")
    yield opened
    opened.dispose()


@pytest.fixture
async def server() -> AsyncIterator[TwilioServer]:
    async with twilio_server() as running:
        yield running
