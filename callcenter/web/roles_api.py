"""Roles: what they grant, and over whom. They stand in the centre document."""

import msgspec

from callcenter.calls.centre import Centre
from callcenter.calls.rights import BUILT_IN, KEPT, PERMISSIONS, WITH_SCOPE, RoleRights, roles
from callcenter.store import accounts
from callcenter.web.centre_api import put_in_force
from callcenter.web.endpoints import Endpoints
from callcenter.web.errors import ApiError
from callcenter.web.people_shapes import PermissionEntry, RoleEdit, RoleEntry, RoleList, RoleVersion
from callcenter.web.refusals import refusal
from callcenter.web.store_door import store_of
from callcenter.web.users_api import beyond_own
from callcenter.web.visit import Visit, query_of

role = Endpoints("roles")

_BUILT_IN = {each.id: each for each in BUILT_IN}


@role.get("/roles", needs="edit_users")
async def all_roles(visit: Visit) -> RoleList:
    """Every role, the built-in ones first, and every permission there is."""
    current = await visit.services.archive.centre()
    return _told(current.document, current.version)


@role.put("/roles/{id}", needs="edit_users", words=("stale_version", "role_kept", "bad_centre", "engine_lost"))
async def change(visit: Visit, asked: RoleEdit) -> RoleList:
    """Add a role, or change one. Accounts that have it can do what it grants at once, and no more."""
    role_id = visit.path("id")
    entry = _entry(role_id, asked)
    _check(visit, entry)
    before = await visit.services.archive.centre()
    others = tuple(each for each in before.document.roles if each.id != role_id)
    document = msgspec.structs.replace(before.document, roles=(*others, entry))
    return await _saved(visit, document, asked.version, "change_role", role_id)


@role.delete(
    "/roles/{id}",
    needs="edit_users",
    words=("no_such_role", "role_in_use", "stale_version", "role_kept", "engine_lost"),
    query=RoleVersion,
)
async def remove(visit: Visit) -> RoleList:
    """Remove a role nobody has (`?version=` as in PUT); a changed built-in one is as it was built in again."""
    version = query_of(visit.http, RoleVersion).version
    role_id = visit.path("id")
    before = await visit.services.archive.centre()
    if role_id not in {each.id for each in before.document.roles}:
        if role_id in _BUILT_IN:
            raise ApiError("role_kept", f"{role_id} is built in and as it always was; it cannot be removed")
        raise ApiError("no_such_role", f"there is no role {role_id}")
    if role_id not in _BUILT_IN:
        await _refuse_if_used(visit, role_id)
    elif beyond := beyond_own(visit, _BUILT_IN[role_id].grants):
        raise ApiError("forbidden", f"you may not give what you may not do yourself: {', '.join(beyond)}")
    others = tuple(each for each in before.document.roles if each.id != role_id)
    document = msgspec.structs.replace(before.document, roles=others)
    return await _saved(visit, document, version, "remove_role", role_id)


def _entry(role_id: str, asked: RoleEdit) -> RoleRights:
    fields = {"id": role_id, "name": msgspec.to_builtins(asked.name), "grants": asked.grants}
    try:
        return msgspec.convert(fields, RoleRights)
    except msgspec.ValidationError:
        raise ApiError("bad_value", refusal("bad_role_id", id=role_id), field="id") from None


def _check(visit: Visit, entry: RoleRights) -> None:
    for permission, scope in entry.grants.items():
        if permission not in WITH_SCOPE and scope != "all":
            raise ApiError("bad_value", refusal("concerns_nobody"), field=f"grants.{permission}")
    for permission in KEPT.get(entry.id, ()):
        if entry.grants.get(permission) != "all":
            raise ApiError("role_kept", f"{permission} cannot be taken from {entry.id}, or nobody could give it back")
    known = roles(visit.services.in_force.centre.roles).get(entry.id)
    if beyond := beyond_own(visit, entry.grants) + (beyond_own(visit, known.grants) if known else []):
        raise ApiError("forbidden", f"you may not give or take what you may not do yourself: {', '.join(beyond)}")


async def _refuse_if_used(visit: Visit, role_id: str) -> None:
    users = [each.username for each in await store_of(visit).run(accounts.all_accounts) if each.role == role_id]
    if users:
        raise ApiError("role_in_use", f"{', '.join(users[:5])} have this role; give them another first")


async def _saved(visit: Visit, document: Centre, version: int, what: str, role_id: str) -> RoleList:
    saved = await put_in_force(visit, document, version)
    await visit.services.archive.note(visit.account.username, what, role_id, visit.address, version=saved.version)
    return _told(saved.document, saved.version)


def _told(centre: Centre, version: int) -> RoleList:
    return RoleList(
        roles=tuple(_shown(each) for each in roles(centre.roles).values()),
        permissions=tuple(PermissionEntry(id=each, with_scope=each in WITH_SCOPE) for each in PERMISSIONS),
        version=version,
    )


def _shown(entry: RoleRights) -> RoleEntry:
    kept = KEPT.get(entry.id, frozenset())
    return RoleEntry(
        id=entry.id,
        name=entry.name,
        grants=entry.grants,
        built_in=entry.id in _BUILT_IN,
        changed=entry.id in _BUILT_IN and entry != _BUILT_IN[entry.id],
        kept=tuple(each for each in PERMISSIONS if each in kept),
    )
