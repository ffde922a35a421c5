"""Who can sign in, by the centre document: every agent by the work number, staff by their id."""

from __future__ import annotations

from collections.abc import Sequence

from callcenter.calls.centre import Centre
from callcenter.store.accounts import Account


def accounts_of(centre: Centre) -> list[Account]:
    """An agent with the name of a staff member is that person's phone, and has no account of its own."""
    phones = {agent.name: agent.id for agent in centre.agents if agent.name in {each.name for each in centre.staff}}
    agents = [
        Account(username=agent.id, role="agent", agent=agent.id, name=agent.name, language="zh-CN")
        for agent in centre.agents
        if agent.name not in phones
    ]
    staff = [
        Account(username=each.id, role=each.role, agent=phones.get(each.name), name=each.name, language="zh-CN")
        for each in centre.staff
    ]
    return agents + staff


def listing(accounts: Sequence[tuple[Account, str]]) -> str:
    """One line an account: user name, password, role and name."""
    lines = [
        f"  {account.username:<12}{password:<20}{account.role:<15}{account.name}" for account, password in accounts
    ]
    return "\n".join(lines) + "\n"
