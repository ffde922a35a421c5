from collections.abc import AsyncIterator

import pytest

from tests.hearing import Ear
from tests.real_centre import RealCentre, running_centre


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    """One centre a test file: each test signs its agents in and leaves nothing behind."""
    async with running_centre(tmp_path_factory.mktemp("cc")) as running:
        yield running


@pytest.fixture(scope="module")
def ear(centre: RealCentre) -> Ear:
    return Ear(centre.config)
