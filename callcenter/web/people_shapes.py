"""Accounts and roles as the API takes and tells them."""

from typing import Annotated

import msgspec
from msgspec import Meta

from callcenter.calls.document import AgentId, Slug
from callcenter.calls.languages import Language, Text
from callcenter.calls.rights import Permission, Scope
from callcenter.web.asked import Asked
from callcenter.web.shapes import Shape

Username = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$",
        description="a-z, 0-9 and . _ -, 64 characters at most",
        extra_json_schema={"x-zh": "小写字母、数字和 . _ -，最多 64 个字符"},
    ),
]
PersonName = Annotated[str, Meta(min_length=1, max_length=64)]
Groups = Annotated[tuple[Slug, ...], Meta(max_length=100)]


class UserEntry(Shape, frozen=True, kw_only=True):
    """`groups`: of the agents the account is in charge of; empty: those of its agent."""

    username: str
    name: str
    role: str
    agent: str | None
    groups: tuple[str, ...]
    language: Language
    active: bool
    last_sign_in_at: float | None


class UserList(Shape, frozen=True, kw_only=True):
    users: tuple[UserEntry, ...]


class NewUser(Asked, frozen=True, kw_only=True):
    username: Username
    name: PersonName
    role: Slug
    agent: AgentId | None = None
    groups: Groups = ()
    language: Language = "zh-CN"


class UserEdit(Asked, frozen=True, kw_only=True):
    """The whole account; its password stays."""

    name: PersonName
    role: Slug
    agent: AgentId | None = None
    groups: Groups = ()
    language: Language = "zh-CN"
    active: bool = True


class NewPassword(Shape, frozen=True, kw_only=True):
    """Told this once."""

    username: str
    password: str


class RoleEntry(Shape, frozen=True, kw_only=True):
    """`kept`: what cannot be taken from the role. `changed`: a built-in role that is not as it was built in."""

    id: str
    name: Text
    grants: dict[Permission, Scope]
    built_in: bool
    changed: bool
    kept: tuple[Permission, ...]


class PermissionEntry(Shape, frozen=True, kw_only=True):
    """Without scope a permission is granted with `all`, or not at all."""

    id: Permission
    with_scope: bool


class RoleList(Shape, frozen=True, kw_only=True):
    """`version` is the centre document's."""

    roles: tuple[RoleEntry, ...]
    permissions: tuple[PermissionEntry, ...]
    version: int


class RoleEdit(Asked, frozen=True, kw_only=True):
    """`version`: of the centre document that the change was made from."""

    name: Text
    grants: dict[Permission, Scope]
    version: Annotated[int, Meta(ge=0)]


class RoleVersion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: Annotated[int, Meta(ge=0)]
