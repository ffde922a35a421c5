"""Who may do what: roles, what they grant, and over whom. Pure; asked by `web.access` and nobody else.

A role grants a permission over a scope: `own` (what is in one's own hands), `group` (agents who share a group with
the account) or `all`. Permissions that concern nobody in particular are granted with scope `all`.
"""

from collections.abc import Mapping
from typing import Literal, get_args

from callcenter.calls.document import Document, Slug
from callcenter.calls.languages import Text

Scope = Literal["own", "group", "all"]
Permission = Literal[
    "take_calls",  # sign in as an agent, work with offers, write notes; needs an agent id
    "transfer",  # give calls away, consult, share a talk
    "dial_out",
    "use_rooms",  # conference rooms; locking, muting and kicking others needs `run_rooms`
    "run_rooms",
    "see_calls",  # live, and their records
    "see_numbers",  # whole telephone numbers; own: of those one talks or talked to
    "hear_recordings",
    "pause_recordings",  # of live calls, for card numbers; and begin one where the rules leave it to people
    "hold_recordings",  # keep them from being deleted, and lift that
    "score_calls",  # score recordings; own: see the own scores and answer
    "edit_score_cards",
    "see_customers",
    "edit_customers",
    "import_customers",
    "export",  # lists and records as files
    "see_figures",
    "see_callbacks",
    "cancel_callbacks",
    "take_messages",
    "listen",  # listen to live talks, whisper, barge in
    "take_over",
    "force_agents",  # ready, pause, sign out; and the phone of an agent
    "force_calls",  # hang up, move waiting callers
    "notify_agents",
    "see_system",
    "see_audit",
    "edit_centre",
    "edit_users",
    "edit_trunks",
    "edit_prompts",  # record, send and choose what callers hear
    "see_flows",  # drawn, with the callers in them and the ways they took
    "edit_flows",  # drafts; nobody hears them
    "publish_flows",
    "edit_webhooks",  # who is told of finished calls, with all that is in their records
    "schedule_reports",  # reports of the whole centre, sent out by themselves
    "plan_shifts",  # who is to work when: see, import, export, remove
]
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)
WITH_SCOPE: frozenset[Permission] = frozenset(
    {
        "see_calls",
        "see_numbers",
        "hear_recordings",
        "pause_recordings",
        "score_calls",
        "see_callbacks",
        "take_messages",
        "listen",
        "take_over",
        "force_agents",
        "force_calls",
        "notify_agents",
    }
)
"""The others are granted whole or not at all."""


class RoleRights(Document, frozen=True, kw_only=True):
    """What a role may do. agent, supervisor and administrator always exist; entries change them or add others."""

    id: Slug
    name: Text
    grants: dict[Permission, Scope]


def _everywhere(*permissions: Permission) -> dict[Permission, Scope]:
    return dict.fromkeys(permissions, "all")


_AGENT: dict[Permission, Scope] = {
    **dict.fromkeys(
        ("see_calls", "hear_recordings", "pause_recordings", "score_calls", "see_callbacks", "take_messages"), "own"
    ),
    **_everywhere(
        "take_calls",
        "transfer",
        "dial_out",
        "use_rooms",
        "see_numbers",
        "see_customers",
        "edit_customers",
        "see_figures",
    ),
}
_SUPERVISOR: dict[Permission, Scope] = {
    **_AGENT,
    **_everywhere(
        "run_rooms",
        "see_calls",
        "hear_recordings",
        "pause_recordings",
        "hold_recordings",
        "score_calls",
        "edit_score_cards",
        "import_customers",
        "export",
        "see_callbacks",
        "cancel_callbacks",
        "take_messages",
        "listen",
        "take_over",
        "force_agents",
        "force_calls",
        "notify_agents",
        "see_system",
        "see_flows",
        "schedule_reports",
        "plan_shifts",
    ),
}
BUILT_IN: tuple[RoleRights, ...] = (
    RoleRights(id="agent", name=Text(zh="坐席", en="Agent"), grants=_AGENT),
    RoleRights(id="supervisor", name=Text(zh="班长", en="Supervisor"), grants=_SUPERVISOR),
    RoleRights(id="administrator", name=Text(zh="管理员", en="Administrator"), grants=_everywhere(*PERMISSIONS)),
)
KEPT: Mapping[str, frozenset[Permission]] = {"administrator": frozenset({"edit_centre", "edit_users", "see_audit"})}
"""What cannot be taken from a role, or nobody could give it back."""


def roles(changed: tuple[RoleRights, ...]) -> dict[str, RoleRights]:
    """Every role by id: the built-in ones, each replaced by an entry of the same id, then the added ones."""
    return {role.id: role for role in (*BUILT_IN, *changed)}


def granted(role: str, changed: tuple[RoleRights, ...]) -> Mapping[Permission, Scope]:
    """What a role may do; nothing when there is no such role (any more)."""
    found = roles(changed).get(role)
    if found is None:
        return {}
    return {**found.grants, **dict.fromkeys(KEPT.get(role, ()), "all")}
