"""Accounts and roles over HTTP, on a real database."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from argon2 import PasswordHasher

from callcenter.calls.languages import Text
from callcenter.calls.rights import RoleRights
from callcenter.store import accounts, audit, documents
from tests.web.floor import centre
from tests.web.house import Reader
from tests.web.real_house import RealHouse, real_house, with_roles

LEADER = RoleRights(
    id="leader",
    name=Text(zh="组长", en="Leader"),
    grants={"see_calls": "group", "edit_users": "all", "listen": "group"},
)
MEI = {"username": "mei", "name": "Mei", "role": "supervisor", "agent": None, "groups": [], "language": "zh-CN"}


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", hasher)
    monkeypatch.setattr(accounts, "_NOBODYS_HASH", hasher.hash("x"))


@pytest.fixture
async def place() -> AsyncIterator[RealHouse]:
    async with real_house(with_roles(centre(), LEADER)) as made:
        yield made


@pytest.fixture
async def admin(place: RealHouse) -> Reader:
    return await place.somebody("admin")


def word(answer: tuple[int, Any]) -> tuple[int, str]:
    status, body = answer
    return status, body["error"]["word"]


def edit(**changes: Any) -> dict[str, Any]:
    fields = {"name": "Zhao Min", "role": "supervisor", "agent": None, "groups": [], "language": "en", "active": True}
    return fields | changes


async def test_a_new_account_signs_in_with_the_password_told_once(place: RealHouse, admin: Reader) -> None:
    status, made = await admin.ask("POST", "/users", MEI)
    assert (status, made["username"], len(made["password"])) == (200, "mei", 16)
    her = await place.nobody()
    credentials = {"username": "mei", "password": made["password"]}
    assert (await her.ask("POST", "/session", credentials))[0] == 200
    _, listed = await admin.get("/users")
    (mei,) = [each for each in listed["users"] if each["username"] == "mei"]
    assert mei["last_sign_in_at"] > 0
    assert "password" not in str(listed)
    assert word(await admin.ask("POST", "/users", MEI)) == (409, "user_exists")


async def test_only_who_may_edit_users_sees_them(place: RealHouse) -> None:
    for username in ("8001", "boss"):
        reader = await place.somebody(username)
        assert word(await reader.get("/users")) == (403, "forbidden")
        assert word(await reader.ask("POST", "/users", MEI)) == (403, "forbidden")


async def test_changing_an_account_ends_its_sessions_and_closes_its_pages(place: RealHouse, admin: Reader) -> None:
    boss = await place.somebody("boss")
    async with boss.page() as page:
        await page.until("snapshot")
        status, told = await admin.ask("PUT", "/users/boss", edit(role="leader"))
        assert (status, told["role"]) == (200, "leader")
        with contextlib.suppress(TypeError):  # the closing of the socket is no message
            while True:
                await page.next()
        assert page.socket.close_code == 4401
    assert word(await boss.get("/session")) == (401, "not_authenticated")
    again = await place.somebody("boss")
    _, me = await again.get("/session")
    assert me["grants"]["see_calls"] == "group"


async def test_an_unchanged_account_stays_signed_in(place: RealHouse, admin: Reader) -> None:
    boss = await place.somebody("boss")
    assert (await admin.ask("PUT", "/users/boss", edit()))[0] == 200
    assert (await boss.get("/session"))[0] == 200


async def test_a_new_password_replaces_the_old_and_ends_the_sessions(place: RealHouse, admin: Reader) -> None:
    boss = await place.somebody("boss")
    status, given = await admin.ask("POST", "/users/boss/password", {})
    assert status == 200
    assert word(await boss.get("/session")) == (401, "not_authenticated")
    nobody = await place.nobody()
    status, _ = await nobody.ask("POST", "/session", {"username": "boss", "password": given["password"]})
    assert status == 200


async def test_nobody_locks_oneself_or_everybody_out(place: RealHouse, admin: Reader) -> None:
    own = edit(name="Sun Yu", role="administrator")
    assert word(await admin.ask("PUT", "/users/admin", own | {"active": False})) == (409, "yourself")
    assert word(await admin.ask("PUT", "/users/admin", own | {"role": "supervisor"})) == (409, "yourself")
    helper = await _leader(place)
    assert word(await helper.ask("PUT", "/users/admin", own | {"active": False})) == (403, "forbidden")


async def _leader(place: RealHouse) -> Reader:
    boss = accounts.account(place.database, "boss")
    accounts.save(place.database, msgspec.structs.replace(boss, role="leader"))
    return await place.somebody("boss")


async def test_nobody_gives_more_than_the_own_rights(place: RealHouse) -> None:
    leader = await _leader(place)
    for role in ("administrator", "supervisor"):
        assert word(await leader.ask("POST", "/users", MEI | {"role": role})) == (403, "forbidden")
    assert (await leader.ask("POST", "/users", MEI | {"role": "leader"}))[0] == 200
    assert word(await leader.ask("POST", "/users/admin/password", {})) == (403, "forbidden")
    more = {"name": {"zh-CN": "组长", "en": "Leader"}, "grants": {"see_calls": "all"}, "version": 1}
    assert word(await leader.ask("PUT", "/roles/leader", more)) == (403, "forbidden")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"role": "king"}, "role"),
        ({"agent": "9999"}, "agent"),
        ({"agent": "8001"}, "agent"),
        ({"groups": ["nowhere"]}, "groups"),
        ({"role": "agent"}, "agent"),
        ({"username": "Mei Li"}, "username"),
        ({"language": "fr"}, "language"),
    ],
)
async def test_what_is_wrong_with_an_account_is_named(admin: Reader, change: dict[str, Any], field: str) -> None:
    status, body = await admin.ask("POST", "/users", MEI | change)
    assert (status, body["error"]["word"], body["error"]["field"]) == (400, "bad_value", field)


async def test_every_act_is_in_the_audit_and_no_password_is(place: RealHouse, admin: Reader) -> None:
    _, made = await admin.ask("POST", "/users", MEI)
    await admin.ask("PUT", "/users/boss", edit(role="leader"))
    await admin.ask("POST", "/users/boss/password", {})
    found = audit.entries(place.database)
    assert [one.what for one in found[:3]] == ["change_password", "change_user", "add_user"]
    assert found[1].details == {"role": "leader"}
    assert made["password"] not in str(found)


# ---- roles


async def test_roles_are_told_with_what_can_be_granted(admin: Reader) -> None:
    status, told = await admin.get("/roles")
    assert status == 200
    assert [one["id"] for one in told["roles"]] == ["agent", "supervisor", "administrator", "leader"]
    assert told["version"] == 1
    by_id = {one["id"]: one for one in told["permissions"]}
    assert (by_id["listen"]["with_scope"], by_id["export"]["with_scope"]) == (True, False)
    assert told["roles"][2]["kept"] == ["see_audit", "edit_centre", "edit_users"]


async def test_a_changed_role_is_in_force_and_goes_back_to_its_default(place: RealHouse, admin: Reader) -> None:
    less = {"name": {"zh-CN": "班长", "en": "Supervisor"}, "grants": {"see_calls": "all"}, "version": 1}
    status, told = await admin.ask("PUT", "/roles/supervisor", less)
    assert (status, told["version"]) == (200, 2)
    (supervisor,) = [one for one in told["roles"] if one["id"] == "supervisor"]
    assert (supervisor["grants"], supervisor["changed"]) == ({"see_calls": "all"}, True)
    current = documents.current_centre(place.database)
    assert current is not None
    assert [role.id for role in current.document.roles] == ["leader", "supervisor"]
    assert word(await admin.ask("PUT", "/roles/supervisor", less)) == (409, "stale_version")
    status, told = await admin.ask("DELETE", "/roles/supervisor?version=2")
    assert (status, [one["changed"] for one in told["roles"]]) == (200, [False] * 4)


async def test_what_is_kept_cannot_be_taken_nor_a_role_in_use_removed(place: RealHouse, admin: Reader) -> None:
    bare = {"name": {"zh-CN": "管理员", "en": "Administrator"}, "grants": {"edit_centre": "all"}, "version": 1}
    assert word(await admin.ask("PUT", "/roles/administrator", bare)) == (409, "role_kept")
    await _leader(place)
    assert word(await admin.ask("DELETE", "/roles/leader?version=1")) == (409, "role_in_use")
    assert word(await admin.ask("DELETE", "/roles/agent?version=1")) == (409, "role_kept")
    assert word(await admin.ask("DELETE", "/roles/nobody?version=1")) == (404, "no_such_role")
    half = {"name": {"zh-CN": "甲", "en": "A"}, "grants": {"export": "own"}, "version": 1}
    assert word(await admin.ask("PUT", "/roles/half", half)) == (400, "bad_value")
    assert word(await admin.ask("PUT", "/roles/No-Id", half | {"grants": {}})) == (400, "bad_value")


async def test_whoever_has_a_changed_role_may_do_what_it_grants_now(place: RealHouse, admin: Reader) -> None:
    boss = await place.somebody("boss")
    less = {"name": {"zh-CN": "班长", "en": "Supervisor"}, "grants": {"see_calls": "all"}, "version": 1}
    assert (await admin.ask("PUT", "/roles/supervisor", less))[0] == 200
    system = msgspec.structs.replace(place.engine.state.system, centre_version=2)
    async with boss.page() as page:
        await page.until("snapshot")
        place.engine.publish(system=system)
        await page.until("snapshot")  # everything anew, in the new scope
    _, me = await boss.get("/session")
    assert me["grants"] == {"see_calls": "all"}
