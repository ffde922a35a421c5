"""Who may do what: the one place. REST handlers and the websocket ask here and nowhere else."""

from collections.abc import Mapping
from typing import Literal, get_args

import msgspec

from callcenter.calls.centre import Role
from callcenter.calls.languages import Language

Permission = Literal[
    "take_calls",  # sign in as an agent, work with offers, write notes
    "see_own_calls",
    "see_all_calls",  # the whole floor and every call's record
    "listen_to_own_recordings",
    "listen_to_all_recordings",
    "see_customers",
    "edit_customers",
    "see_figures",  # queue figures of today
    "see_system",
    "see_audit",
    "edit_centre",
]
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)

_AGENT: frozenset[Permission] = frozenset(
    {"see_own_calls", "listen_to_own_recordings", "see_customers", "edit_customers", "see_figures"}
)
_SUPERVISOR: frozenset[Permission] = _AGENT | {"see_all_calls", "listen_to_all_recordings", "see_system"}
_GRANTED: Mapping[Role, frozenset[Permission]] = {
    "agent": _AGENT,
    "supervisor": _SUPERVISOR,
    "administrator": _SUPERVISOR | {"see_audit", "edit_centre"},
}


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in. `agent` is the agent id of an account that takes calls, else empty."""

    username: str
    name: str
    role: Role
    agent: str = ""
    language: Language = "zh-CN"


def granted(account: Account) -> frozenset[Permission]:
    """Everything the account may do: by its role, and taking calls when it has an agent id."""
    permissions = _GRANTED[account.role]
    return permissions | {"take_calls"} if account.agent else permissions


def may(account: Account, permission: Permission) -> bool:
    return permission in granted(account)
