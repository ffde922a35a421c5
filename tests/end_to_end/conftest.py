from collections.abc import AsyncIterator

import pytest

from callcenter.robots.phone import SipPhone
from tests.hearing import Ear
from tests.real_centre import RealCentre, running_centre


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    """One centre a test file: each test signs its agents in and leaves nothing behind."""
    async with running_centre(tmp_path_factory.mktemp("cc")) as running:
        yield running


@pytest.fixture(scope="module")
async def home() -> AsyncIterator[SipPhone]:
    """The telephone of all customers, behind the trunk; a call's `dialled` tells who is wanted.

    A centre with `trunk_port=home.port` rings it, and gives it its `server`.
    """
    async with SipPhone("home", "", ("127.0.0.1", 0)) as phone:
        yield phone


@pytest.fixture(scope="module")
def ear(centre: RealCentre) -> Ear:
    return Ear(centre.config)


@pytest.fixture
async def nobody_left_behind(centre: RealCentre) -> AsyncIterator[None]:
    """After the test all calls are over and all agents signed out: the next one finds an empty floor."""
    yield
    await centre.until(lambda floor: all(call.phase == "ended" for call in floor.calls.values()))
    for agent in centre.floor.agents.values():
        if agent.intent != "signed_out":
            await centre.sign_out(agent.id)
