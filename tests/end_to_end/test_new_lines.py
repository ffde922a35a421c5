"""A trunk and an agent that were added while everything runs: real Asterisk knows both without a restart."""

import asyncio

import msgspec
import pytest

from callcenter.calls import requests as rq
from callcenter.calls.centre import Agent
from callcenter.robots.phone import SipPhone
from callcenter.store import documents
from callcenter.store.database import open_database
from callcenter.web.errors import ApiError
from tests.real_centre import RealCentre, small_centre

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("nobody_left_behind")]

LINE = {
    "host": "127.0.0.1",
    "transport": "udp",
    "username": "",
    "register": False,
    "match": ["127.0.0.3"],
    "caller_number": "+862155550100",
}


async def test_a_trunk_set_up_in_the_pages_is_in_use_at_once_and_tested_by_a_call(centre: RealCentre, home: SipPhone):
    line = LINE | {"name": "added", "port": home.port}
    await centre.link.trunks("save_trunk", 20.0, by="admin", **line)
    (told,) = (await centre.link.trunks("trunks", 20.0))["trunks"]
    assert (told["name"], told["from_config"]) == ("added", False)

    trying = asyncio.create_task(centre.link.trunks("test_trunk", 60.0, name="added", number="13800138000"))
    call = await home.incoming(40)
    assert (call.dialled, call.caller_number) == ("13800138000", "+862155550100")
    await call.answer()
    answered = await trying
    assert (answered["result"], answered["rang_after_s"] <= answered["answered_after_s"]) == ("answered", True)

    trying = asyncio.create_task(centre.link.trunks("test_trunk", 60.0, name="added", number="13800138000"))
    call = await home.incoming(40)
    call.reject()
    refused = await trying
    assert (refused["result"], refused["answered_after_s"]) in (("busy", None), ("rejected", None))

    await centre.link.trunks("remove_trunk", 20.0, name="added")
    assert (await centre.link.trunks("trunks", 20.0))["trunks"] == []
    with pytest.raises(ApiError) as gone:
        await centre.link.trunks("test_trunk", 20.0, name="added", number="13800138000")
    assert gone.value.word == "no_such_trunk"


async def test_an_agent_added_to_the_centre_has_telephones_at_once(centre: RealCentre):
    before = small_centre()
    document = msgspec.structs.replace(
        before, agents=(*before.agents, Agent(id="8077", name="New", queues=("sales",)))
    )
    database = open_database(centre.config.database_url)
    version = documents.save_centre(database, document, "test", 1, 2.0)
    database.dispose()
    await centre.ask(rq.ApplyCentre(version=version, centre=document))
    for device, endpoint in (("desk", "8077"), ("web", "8077-web")):
        async with centre.phone(endpoint) as phone:
            async with asyncio.timeout(40):
                while not await registers(phone):
                    await asyncio.sleep(0.2)
            await centre.until(lambda floor: "8077" in floor.agents)
            await centre.ask(rq.SignIn(agent="8077", device=device, ready=True))
            await centre.until_agent("8077", "ready")
            await centre.sign_out("8077")


async def registers(phone: SipPhone) -> bool:
    """Refused until Asterisk has read the new file."""
    try:
        await phone.register()
    except Exception:
        return False
    return True
