from collections.abc import AsyncIterator

import pytest

from tests.web.house import House, house


@pytest.fixture
async def home() -> AsyncIterator[House]:
    """An edge as a demo runs it, with its engine there."""
    async with house(test_phone=True) as made:
        await made.up()
        yield made
