"""What a browser telephone registers with."""

import time

from callcenter.calls.centre import endpoint
from callcenter.calls.languages import Text
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.me_shapes import PhoneAccount, TestNumber, TestPhone
from callcenter.web.relays import ice_servers
from callcenter.web.services import Services
from callcenter.web.visit import Visit

SIP_DOMAIN = "callcenter"
SIP_PATH = "/sip"
TEST_PHONE = "testphone"

phone = Endpoints("phone")


@phone.get("/phone", needs="take_calls", words=("no_phone",))
async def my_phone(visit: Visit) -> PhoneAccount:
    """The SIP account of the signed-in agent's browser."""
    return _account(visit.services, endpoint(visit.agent, "web"), "no_phone")


@phone.get("/test-phone", public=True, words=("no_test_phone",))
async def test_phone(visit: Visit) -> TestPhone:
    """The demo's telephone that plays the caller, and the numbers it can call. Off unless `web.test_phone`."""
    if not visit.services.settings.test_phone:
        raise ApiError("no_test_phone")
    account = _account(visit.services, TEST_PHONE, "no_test_phone")
    return TestPhone(
        uri=account.uri,
        username=account.username,
        password=account.password,
        websocket=account.websocket,
        numbers=await _numbers(visit.services),
    )


async def _numbers(services: Services) -> tuple[TestNumber, ...]:
    centre = (await services.archive.centre()).document
    names = await services.archive.flow_names()
    return tuple(
        TestNumber(number=one.number, name=names.get(one.flow, Text(zh=one.flow, en=one.flow)))
        for one in centre.numbers
    )


def _account(services: Services, username: str, missing: str) -> PhoneAccount:
    try:
        password = services.phone_password(username)
    except KeyError:
        raise ApiError(missing, f"there is no telephone account {username} yet") from None
    return PhoneAccount(
        uri=f"sip:{username}@{SIP_DOMAIN}",
        username=username,
        password=password,
        websocket=SIP_PATH,
        ice_servers=ice_servers(services.settings.relays, username, time.time()),
    )
