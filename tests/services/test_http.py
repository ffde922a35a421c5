"""The HTTP client of flows against a real server that hangs, lies, floods and breaks off."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from callcenter.calls.outside import Outcome
from callcenter.calls.work import HttpRequest
from callcenter.services import http
from callcenter.services.http import HttpClient
from callcenter.services.settings import Secret, Service, Settings
from tests.services.bad_service import BadService, bad_service

SECRET = "s3cret-of-the-crm"


@pytest.fixture
async def service() -> AsyncIterator[BadService]:
    async with bad_service() as running:
        yield running


def settings(service: BadService, **more: Any) -> Settings:
    given = {"inside": (f"127.0.0.1:{service.port}",), "secrets": (Secret(name="crm", hosts=("127.0.0.1",)),)}
    return Settings(**given | more)


async def ask(bad: BadService, path: str, policy: dict[str, Any] | None = None, **more: Any) -> Outcome:
    async with HttpClient(settings(bad, **policy or {}), secret_of) as client:
        return await client.ask(request(bad, path, **more))


def request(bad: BadService, path: str, **more: Any) -> HttpRequest:
    given = {"method": "GET", "url": bad.url(path), "timeout_s": 20.0, "values": {"balance": "balance"}}
    return HttpRequest(**given | more)


def secret_of(name: str) -> str:
    return SECRET if name == "crm" else ""


async def test_values_come_out_by_their_paths(service: BadService):
    paths = {"balance": "balance", "last": "orders.1.id", "many": "orders.#", "name": "name", "maybe": "none?"}
    outcome = await ask(service, "/good", values=paths)
    assert outcome == Outcome(values={"balance": 12.5, "last": "A-2", "many": 2, "name": "王芳"}, status=200), (
        "what may be missing, and is, has no value"
    )


async def test_a_service_may_be_named_by_the_configuration(service: BadService):
    known = {"known": (Service(name="shop", url=service.url("/status")),)}
    assert (await ask(service, "", known, url="/404", service="shop")).status == 404
    assert (await ask(service, "", known, url="/404", service="other")).trouble == "not_configured"


async def test_body_headers_and_secret_arrive_and_the_secret_is_in_no_log(
    service: BadService, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    async with HttpClient(settings(service), secret_of) as client:
        sent = request(
            service,
            "/status/500",
            method="POST",
            body={"number": "+8613800138000", "amount": 3},
            has_body=True,
            headers={"X-Caller": "13800138000"},
            secrets={"Authorization": "crm"},
            key="call-1-node-2",
        )
        assert (await client.ask(sent)).status == 500
    method, _, headers, body = service.asked[0]
    assert (method, body) == ("POST", {"number": "+8613800138000", "amount": 3})
    assert (headers["Authorization"], headers["X-Caller"]) == (SECRET, "13800138000")
    assert headers["Idempotency-Key"] == "call-1-node-2"
    assert SECRET not in caplog.text
    assert "13800138000" not in caplog.text
    assert str(service.port) in caplog.text, "the log tells which service failed"


async def test_a_secret_goes_to_its_hosts_alone_and_must_be_there(service: BadService):
    elsewhere = {"secrets": (Secret(name="crm", hosts=("crm.example.com",)),)}
    for policy, secrets, trouble in (
        (elsewhere, {"Authorization": "crm"}, "forbidden"),
        ({}, {"Authorization": "unknown"}, "forbidden"),
        ({"secrets": (Secret(name="later", hosts=("127.0.0.1",)),)}, {"Authorization": "later"}, "not_configured"),
    ):
        async with HttpClient(settings(service, **policy), secret_of) as client:
            assert (await client.ask(request(service, "/good", secrets=secrets))).trouble == trouble
    assert not service.asked


@pytest.mark.parametrize("path", ["/hangs", "/trickles", "/announces_gigabytes"])
async def test_a_service_that_does_not_come_to_an_end_costs_the_time_given(service: BadService, path: str):
    async with asyncio.timeout(60):  # it has no end of its own
        outcome = await ask(service, path, timeout_s=0.3)
    assert outcome.trouble in ("timeout", "too_large")


@pytest.mark.parametrize("path", ["/resets", "/half"])
async def test_a_broken_connection_is_told_as_such(service: BadService, path: str):
    assert (await ask(service, path)).trouble == "unreachable"


@pytest.mark.parametrize(
    ("kind", "trouble"),
    [
        ("html", "unreadable"),
        ("broken", "unreadable"),
        ("deep", "unreadable"),
        ("list", "unreadable"),
        ("huge_number", "unreadable"),
        ("bytes", "unreadable"),
        ("empty", "unreadable"),
        ("other", "missing"),
        ("null", "missing"),
    ],
)
async def test_a_lie_is_no_value(service: BadService, kind: str, trouble: str):
    assert (await ask(service, f"/lies/{kind}")).trouble == trouble


async def test_ten_megabytes_are_not_read(service: BadService):
    assert (await ask(service, "/ten_megabytes")).trouble == "too_large"
    assert (await ask(service, "/bomb")).trouble == "unreadable"


async def test_statuses_are_told_and_an_answer_nobody_reads_values_from_need_not_be_json(service: BadService):
    assert await ask(service, "/status/404") == Outcome(trouble="status", status=404)
    assert await ask(service, "/lies/html", values={}) == Outcome(status=200)
    assert (await ask(service, "/status/204", values={})).ok


async def test_what_may_pass_is_tried_again_and_what_will_not_is_not(
    service: BadService, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(http, "FIRST_PAUSE_S", 0.01)
    service.sick_for = 2
    assert (await ask(service, "/ill", retries=2)).ok
    assert len(service.asked) == 3
    assert (await ask(service, "/status/404", retries=2)).status == 404
    assert len(service.asked) == 4
    # aiohttp itself repeats what reads only; a POST is sent as often as the flow says.
    assert (await ask(service, "/resets", method="POST", retries=1)).trouble == "unreachable"
    assert len(service.asked) == 6


async def test_a_service_that_hangs_keeps_nobody_else_waiting_and_is_not_flooded(service: BadService):
    async with bad_service() as healthy:
        places = {"inside": ("127.0.0.1",), "most_at_once": 5, "rest_after": 100}
        async with HttpClient(settings(service, **places), secret_of) as client:
            stuck = [asyncio.create_task(client.ask(request(service, "/hangs", timeout_s=60.0))) for _ in range(40)]
            while service.at_once < 5:
                await asyncio.sleep(0.01)
            asked = (client.ask(request(healthy, "/good", timeout_s=60.0)) for _ in range(20))
            assert all(outcome.ok for outcome in await asyncio.gather(*asked))
            assert sum(not task.done() for task in stuck) == 30, "meanwhile"
            service.gate.set()
            told = [outcome.trouble for outcome in await asyncio.gather(*stuck)]
            assert told.count("") == 30, "five at once, five times as many wait"
            assert told.count("busy") == 10
            assert service.most_at_once == 5


async def test_a_service_that_fails_again_and_again_is_left_alone_and_tried_by_one(
    service: BadService, monkeypatch: pytest.MonkeyPatch
):
    now = 1000.0
    monkeypatch.setattr(http, "_now", lambda: now)
    async with HttpClient(settings(service, rest_after=3, rest_s=1.0), secret_of) as client:
        service.sick_for = 3
        for _ in range(3):
            assert (await client.ask(request(service, "/ill"))).status == 503
        assert (await client.ask(request(service, "/ill"))).trouble == "resting"
        assert len(service.asked) == 3
        now += 1.05
        assert (await client.ask(request(service, "/ill"))).ok
        assert (await client.ask(request(service, "/ill"))).ok


async def test_no_flow_reaches_what_is_not_listed(service: BadService):
    nowhere = {"inside": ("10.9.9.9:80",)}
    for url in (
        service.url("/good"),
        f"http://localhost:{service.port}/good",
        f"http://[::ffff:127.0.0.1]:{service.port}/good",
        f"https://127.0.0.1:{service.port}/good",
        "http://93.184.216.34/",  # public, and without TLS
        "file:///etc/passwd",
        "http://user:password@127.0.0.1/",
        "nonsense",
        "http://",
    ):
        async with HttpClient(settings(service, **nowhere), secret_of) as client:
            assert (await client.ask(request(service, "/", url=url))).trouble == "forbidden", url
    assert not service.asked


async def test_another_port_of_a_listed_address_is_not_listed(service: BadService):
    async with bad_service() as other, HttpClient(settings(service), secret_of) as client:
        assert (await client.ask(request(other, "/good"))).trouble == "forbidden"


async def test_redirects_are_followed_as_configured_and_never_to_what_is_not_listed(service: BadService):
    home, away = f"/moved?to={service.url('/good')}", "/moved?to=http://127.0.0.1:1/x"
    assert (await ask(service, home)).trouble == "redirected"
    assert (await ask(service, home, {"redirects": 1})).ok
    assert (await ask(service, away, {"redirects": 5})).trouble == "forbidden"
    assert (await ask(service, home, {"redirects": 1}, method="POST")).trouble == "redirected"
    assert (await ask(service, "/moved?to=/moved?to=/good", {"redirects": 1})).trouble == "redirected"


async def test_a_redirect_to_another_host_takes_no_secret_along(service: BadService):
    async with bad_service() as other:
        places = {"inside": ("127.0.0.1",), "redirects": 1}
        async with HttpClient(settings(service, **places), secret_of) as client:
            sent = request(service, f"/moved?to={other.url('/good')}", secrets={"Authorization": "crm"})
            assert (await client.ask(sent)).ok
    assert service.asked[0][2]["Authorization"] == SECRET
    assert "Authorization" not in other.asked[0][2]


async def test_a_header_cannot_become_two(service: BadService):
    outcome = await ask(service, "/good", headers={"X-Name": "a\r\nX-Admin: yes"})
    assert outcome.trouble == "forbidden"
    assert not service.asked


async def test_who_hangs_up_leaves_nothing_behind(service: BadService):
    async with HttpClient(settings(service), secret_of) as client:
        asked = asyncio.create_task(client.ask(request(service, "/hangs", timeout_s=60.0)))
        while not service.at_once:
            await asyncio.sleep(0.01)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert (await client.ask(request(service, "/good"))).ok, "the service is not blamed"
