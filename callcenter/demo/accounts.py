"""Who can sign in to the demo: every agent by the work number, staff by their id."""

from __future__ import annotations

from collections.abc import Sequence

from callcenter.calls.centre import Centre
from callcenter.store.accounts import Account


def accounts_of(centre: Centre) -> list[Account]:
    agents = [
        Account(username=agent.id, role="agent", agent=agent.id, name=agent.name, language="zh-CN")
        for agent in centre.agents
    ]
    staff = [
        Account(username=each.id, role=each.role, agent=None, name=each.name, language="zh-CN")
        for each in centre.staff
    ]
    return agents + staff


def listing(accounts: Sequence[tuple[Account, str]]) -> str:
    """One line an account: user name, password, role and name."""
    lines = [
        f"  {account.username:<12}{password:<20}{account.role:<15}{account.name}" for account, password in accounts
    ]
    return "\n".join(lines) + "\n"
