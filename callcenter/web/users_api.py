"""Who can sign in: accounts, their roles and passwords."""

from collections.abc import Mapping

import msgspec

from callcenter.calls.rights import Permission, Scope, granted, roles
from callcenter.store import accounts, sessions
from callcenter.store.passwords import typed_password
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.people_shapes import NewPassword, NewUser, UserEdit, UserEntry, UserList
from callcenter.web.refusals import refusal
from callcenter.web.shapes import Done
from callcenter.web.store_door import store_of
from callcenter.web.visit import Visit

users = Endpoints("users")

_WIDTH: dict[Scope, int] = {"own": 1, "group": 2, "all": 3}


@users.get("/users", needs="edit_users")
async def all_users(visit: Visit) -> UserList:
    """Every account, by user name."""
    store = store_of(visit)
    signed_in_at = await store.run(accounts.last_sign_ins)
    found = await store.run(accounts.all_accounts)
    return UserList(users=tuple(_entry(each, signed_in_at.get(each.username)) for each in found))


@users.post("/users", needs="edit_users", words=("user_exists",))
async def add(visit: Visit, asked: NewUser) -> NewPassword:
    """A new account. Its password is told in the answer, this once."""
    known = await _known(visit)
    if asked.username in known:
        raise ApiError("user_exists", f"there is an account {asked.username} already", field="username")
    account = accounts.Account(**msgspec.structs.asdict(asked))
    _check(visit, account, known)
    password = typed_password()
    await _kept(visit, account, password)
    await _note(visit, "add_user", account.username, role=account.role, agent=account.agent or "")
    return NewPassword(username=account.username, password=password)


@users.put("/users/{username}", needs="edit_users", words=("no_such_user", "last_administrator", "yourself"))
async def change(visit: Visit, asked: UserEdit) -> UserEntry:
    """Change an account. Its sessions end, so that what it may do holds at once."""
    known = await _known(visit)
    before = _of(known, visit.path("username"))
    account = accounts.Account(username=before.username, **msgspec.structs.asdict(asked))
    _check(visit, account, known, before)
    await _kept(visit, account)
    if account != before:
        await _sign_out_everywhere(visit, account.username)
        await _note(visit, "change_user", account.username, **_changes(before, account))
    signed_in_at = await store_of(visit).run(accounts.last_sign_ins)
    return _entry(account, signed_in_at.get(account.username))


@users.post("/users/{username}/password", needs="edit_users", words=("no_such_user",))
async def new_password(visit: Visit) -> NewPassword:
    """A new password, told in the answer, this once. The account's sessions end."""
    account = _of(await _known(visit), visit.path("username"))
    _within_own_rights(visit, account.role)
    password = typed_password()
    await store_of(visit).run(accounts.set_password, account.username, password)
    await _sign_out_everywhere(visit, account.username)
    await _note(visit, "change_password", account.username)
    return NewPassword(username=account.username, password=password)


@users.post("/users/{username}/sign-out", needs="edit_users", words=("no_such_user",))
async def sign_out(visit: Visit) -> Done:
    """End every session of an account: a lost laptop, somebody who left the desk open."""
    account = _of(await _known(visit), visit.path("username"))
    _within_own_rights(visit, account.role)
    await _sign_out_everywhere(visit, account.username)
    await _note(visit, "sign_out_user", account.username)
    return Done()


async def _known(visit: Visit) -> dict[str, accounts.Account]:
    return {each.username: each for each in await store_of(visit).run(accounts.all_accounts)}


def _of(known: dict[str, accounts.Account], username: str) -> accounts.Account:
    if username not in known:
        raise ApiError("no_such_user", f"there is no account {username}")
    return known[username]


def _check(
    visit: Visit,
    account: accounts.Account,
    known: dict[str, accounts.Account],
    before: accounts.Account | None = None,
) -> None:
    centre = visit.services.in_force.centre
    if account.role not in roles(centre.roles):
        raise ApiError("bad_value", refusal("no_role", role=account.role), field="role")
    if account.agent and centre.agent(account.agent) is None:
        raise ApiError("bad_value", refusal("no_agent", agent=account.agent), field="agent")
    for other in known.values():
        if account.agent and other.agent == account.agent and other.username != account.username:
            said = refusal("agent_taken", agent=account.agent, username=other.username)
            raise ApiError("bad_value", said, field="agent")
    for group in set(account.groups) - {each.id for each in centre.groups}:
        raise ApiError("bad_value", refusal("no_group", group=group), field="groups")
    if before:
        _within_own_rights(visit, before.role)
        _leaves_somebody(visit, account, before, known)
    _within_own_rights(visit, account.role)


def _leaves_somebody(
    visit: Visit, account: accounts.Account, before: accounts.Account, known: dict[str, accounts.Account]
) -> None:
    if account.username == visit.account.username and not account.active:
        raise ApiError("yourself", "nobody deactivates the own account; ask another administrator")
    if account.username == visit.account.username and account.role != before.role:
        raise ApiError("yourself", "nobody changes the own role; ask another administrator")
    others = [each for each in known.values() if each.username != account.username]
    if _is_administrator(before) and not _is_administrator(account) and not any(map(_is_administrator, others)):
        raise ApiError("last_administrator")


def _is_administrator(account: accounts.Account) -> bool:
    return account.role == "administrator" and account.active


def _within_own_rights(visit: Visit, role: str) -> None:
    """Nobody makes, changes or enters an account that may do more than the own one."""
    centre = visit.services.in_force.centre
    if beyond := beyond_own(visit, granted(role, centre.roles)):
        raise ApiError("forbidden", f"the role {role} may do what {visit.account.role} may not: {', '.join(beyond)}")


def beyond_own(visit: Visit, grants: Mapping[Permission, Scope]) -> list[str]:
    """The permissions, of those given, that the reader has not, or not so far."""
    own = granted(visit.account.role, visit.services.in_force.centre.roles)
    return [each for each, scope in grants.items() if each not in own or _WIDTH[own[each]] < _WIDTH[scope]]


async def _kept(visit: Visit, account: accounts.Account, password: str = "") -> None:
    try:
        await store_of(visit).run(accounts.save, account, password)
    except accounts.BadAccount as error:
        raise ApiError("bad_value", error.said, field=error.field) from error


async def _sign_out_everywhere(visit: Visit, username: str) -> None:
    """Pages and telephones of the account's sessions close."""
    ended = await store_of(visit).run(sessions.end_all, username)
    visit.services.pages.end_account(username)
    for token in visit.services.phones.tokens():
        if sessions.is_one_of(token, ended):
            visit.services.phones.end_session(token)


def _entry(account: accounts.Account, last_sign_in_at: float | None) -> UserEntry:
    return UserEntry(**msgspec.structs.asdict(account), last_sign_in_at=last_sign_in_at)


def _changes(before: accounts.Account, after: accounts.Account) -> dict[str, object]:
    return {
        name: getattr(after, name)
        for name in accounts.Account.__struct_fields__
        if getattr(before, name) != getattr(after, name)
    }


async def _note(visit: Visit, what: str, username: str, **details: object) -> None:
    await visit.services.archive.note(visit.account.username, what, username, visit.address, **details)
