"""The scenarios beside the demo's flows as real calls, and what an outage of the engine does to callers in flows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from tests.end_to_end.flow_outage import SITTERS, Outage, Sitters
from tests.end_to_end.flow_stage import DOCUMENT, FILES, SOURCES, Acted, Name, Stage
from tests.real_centre import RealCentre, running_centre
from tests.services.shop import open_shop
from tests.services.stand_in import stand_in

pytestmark = pytest.mark.real

SCENARIOS = [(file.flow, scenario.name) for file in FILES for scenario in file.scenarios]
CANNOT_BE_ACTED: dict[Name, str] = {}  # and why not: for these the pure session has to do


@pytest.fixture(scope="module")
async def centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RealCentre]:
    flows = {flow: source for flow, source in SOURCES.items() if flow not in ("hotline", "survey")}
    async with running_centre(tmp_path_factory.mktemp("cc"), DOCUMENT, flows=flows) as running:
        yield running


@pytest.fixture(scope="module")
async def acted(centre: RealCentre) -> dict[Name, Acted]:
    async with stand_in(centre.config.demo_service_port) as service, AsyncExitStack() as phones:
        return await Stage(centre, service, phones).everything()


@pytest.mark.parametrize(("flow", "name"), SCENARIOS)
async def test_a_real_call_gives_the_transcript_of_the_pure_run(
    acted: dict[Name, Acted], flow: str, name: str
) -> None:
    found = acted[flow, name]
    assert found.cannot == CANNOT_BE_ACTED.get((flow, name), "")
    assert found.got == found.wanted


def test_the_scenarios_have_everything_that_a_transcript_can_tell() -> None:
    told = {line.did for file in FILES for each in file.scenarios for line in each.transcript or ()}
    assert told == {"hears", "presses", "silent_s", "asks", "hangs_up_at", "ends"}


async def test_after_a_restart_of_the_engine_every_caller_is_at_the_node_they_were_at(centre: RealCentre) -> None:
    async with open_shop(centre.config.demo_service_port) as shop, AsyncExitStack() as phones:
        outage = Outage(len(SITTERS))
        sitters = await Sitters.of(centre, phones, shop, outage)
        tasks = [asyncio.create_task(sit(sitters)) for sit in SITTERS]
        await outage.at_its_height(tasks)
        await centre.kill("engine")
        await centre.start("engine")
        outage.is_over()
        await asyncio.gather(*tasks)
