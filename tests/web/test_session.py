"""Signing in and out, and what stands between foreign pages and a session."""

from callcenter.calls.rights import PERMISSIONS
from tests.web.fake_archive import PASSWORD
from tests.web.house import House

CREDENTIALS = {"username": "8001", "password": PASSWORD}


async def test_an_agent_signs_in_and_is_told_who_it_is(home: House) -> None:
    agent = await home.somebody("8001")

    status, me = await agent.get("/session")

    assert status == 200
    assert (me["username"], me["role"], me["agent"], me["demo"]) == ("8001", "agent", "8001", True)
    assert "take_calls" in me["permissions"]
    assert set(me["permissions"]) < set(PERMISSIONS)


async def test_a_supervisor_takes_no_calls(home: House) -> None:
    _, me = await (await home.somebody("boss")).get("/session")

    assert me["agent"] is None
    assert "take_calls" not in me["permissions"]


async def test_a_wrong_password_is_refused(home: House) -> None:
    status, answer = await (await home.nobody()).ask("POST", "/session", CREDENTIALS | {"password": "no"})

    assert (status, answer["error"]["word"]) == (401, "wrong_credentials")


async def test_the_cookie_is_for_this_site_and_not_for_scripts(home: House) -> None:
    nobody = await home.nobody()
    async with nobody.http.post(
        f"{home.base}/api/v1/session", json=CREDENTIALS, headers={"X-Requested-With": "callcenter"}
    ) as response:
        cookie = response.headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


async def test_after_signing_out_nothing_is_answered(home: House) -> None:
    agent = await home.somebody("8001")

    assert (await agent.ask("DELETE", "/session"))[0] == 200

    status, answer = await agent.get("/session")
    assert (status, answer["error"]["word"]) == (401, "not_authenticated")
    assert home.archive.sessions == {}


async def test_signing_in_again_ends_the_session_before(home: House) -> None:
    agent = await home.somebody("8001")
    await agent.ask("POST", "/session", CREDENTIALS | {"username": "8002"})

    assert [account.username for account in home.archive.sessions.values()] == ["8002"]


async def test_a_change_without_the_header_of_our_own_page_is_refused(home: House) -> None:
    agent = await home.somebody("8001")

    status, answer = await agent.ask("POST", "/agent/ready", {}, headers={"X-Requested-With": "else"})

    assert (status, answer["error"]["word"]) == (403, "foreign_origin")
    assert home.engine.asked == []


async def test_a_page_of_another_site_is_refused_even_with_the_header(home: House) -> None:
    agent = await home.somebody("8001")

    status, answer = await agent.ask("POST", "/agent/ready", {}, headers={"Origin": "https://elsewhere.example"})

    assert (status, answer["error"]["word"]) == (403, "foreign_origin")


async def test_every_answer_carries_the_security_headers_and_is_not_kept(home: House) -> None:
    nobody = await home.nobody()
    for path in ("/api/v1/session", "/api/v1/openapi.json", "/nothing.js", "/"):
        async with nobody.http.get(home.base + path) as response:
            headers = response.headers
            assert "script-src 'self'" in headers["Content-Security-Policy"], path
            assert headers["X-Content-Type-Options"] == "nosniff", path
            assert headers["Cache-Control"] == "no-store", path
