from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from callcenter.calls.centre import Agent, Centre, Number
from tests.real_asterisk import RunningAsterisk, running_asterisk

SMALL_CENTRE = Centre(
    agents=(Agent(id="8001", name="李雷"), Agent(id="8002", name="Han Meimei")),
    numbers=(
        Number(number="95001", flow="hotline"),
        Number(number="+861062345678", flow="hotline", language="en"),
    ),
)


@pytest.fixture
def centre() -> Centre:
    return SMALL_CENTRE


@pytest_asyncio.fixture
async def asterisk(tmp_path: Path, centre: Centre) -> AsyncIterator[RunningAsterisk]:
    async with running_asterisk(tmp_path, centre) as running:
        yield running
