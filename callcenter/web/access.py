"""Who may do what: the one place. REST handlers and the websocket ask here and nowhere else."""

from collections.abc import Mapping
from typing import Literal, get_args

import msgspec

from callcenter.calls.centre import Centre, Role
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
    "see_callbacks",  # who is to be called back: an agent those of its queues, who sees all calls all of them
    "cancel_callbacks",
    "take_messages",  # hear messages and mark them handled: an agent those left for it or its queues
    "see_system",
    "see_audit",
    "edit_centre",
]
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)

_AGENT: frozenset[Permission] = frozenset(
    {
        "see_own_calls",
        "listen_to_own_recordings",
        "see_customers",
        "edit_customers",
        "see_figures",
        "see_callbacks",
        "take_messages",
    }
)
_SUPERVISOR: frozenset[Permission] = _AGENT | {
    "see_all_calls",
    "listen_to_all_recordings",
    "see_system",
    "cancel_callbacks",
}
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


def mailboxes_of(account: Account, centre: Centre) -> frozenset[str] | None:
    """The mailboxes whose messages the account may take: its own and those of its queues; None: all there are."""
    if may(account, "see_all_calls"):
        return None
    return queues_of(account, centre) | {account.agent} if account.agent else frozenset()


def queues_of(account: Account, centre: Centre) -> frozenset[str]:
    """The queues the account serves as an agent."""
    agent = centre.agent(account.agent)
    return frozenset(centre.queues_of(agent)) if agent else frozenset()
