"""Who may do what, and over whom: the one place. REST handlers and the websocket ask here and nowhere else."""

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

import msgspec

from callcenter.calls.centre import Centre
from callcenter.calls.languages import Language
from callcenter.calls.rights import Permission, Scope, granted

_WITH_A_PHONE: frozenset[Permission] = frozenset({"take_calls", "transfer", "dial_out"})
"""Of use to accounts with an agent id alone; without `take_calls` the other two are not granted either."""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in. `role`: the id of any role. `agent`: the agent id of an account with a phone, else empty.

    `groups`: those of the agents the account is in charge of; empty: those of its own agent.
    """

    username: str
    name: str
    role: str
    agent: str = ""
    groups: tuple[str, ...] = ()
    language: Language = "zh-CN"


class Access:
    """What one account may do under one centre document.

    `masked_roles`: roles that see whole numbers of their own calls only, whatever they are granted.
    """

    def __init__(self, account: Account, centre: Centre, masked_roles: Collection[str] = ()) -> None:
        self.account = account
        self.centre = centre
        self.grants = _grants(account, centre, masked_roles)
        self._queues: dict[Permission, frozenset[str]] = {}

    def may(self, permission: Permission) -> bool:
        """Whether at all, be it in what is one's own alone."""
        return permission in self.grants

    def scope_of(self, permission: Permission) -> Scope | None:
        return self.grants.get(permission)

    def agents(self, permission: Permission) -> frozenset[str] | None:
        """The agents whom the permission reaches; None: all."""
        scope = self.grants.get(permission)
        if scope == "all":
            return None
        if scope == "group":
            return self._colleagues
        return self._self if scope else frozenset()

    def queues(self, permission: Permission) -> frozenset[str] | None:
        """The queues that the agents in reach serve; None: all there are."""
        agents = self.agents(permission)
        if agents is None:
            return None
        if permission not in self._queues:
            served = (self.centre.queues_of(agent) for agent in self.centre.agents if agent.id in agents)
            self._queues[permission] = frozenset(queue for queues in served for queue in queues)
        return self._queues[permission]

    def mailboxes(self) -> frozenset[str] | None:
        """Those whose messages may be taken: of the agents in reach and of their queues; None: all."""
        agents, queues = self.agents("take_messages"), self.queues("take_messages")
        return None if agents is None or queues is None else agents | queues

    def over_agent(self, permission: Permission, agent: str) -> bool:
        """Whether this may be done to, or with what belongs to, this agent."""
        agents = self.agents(permission)
        return agents is None or agent in agents

    def over(self, permission: Permission, agents: Iterable[str], queue: str = "") -> bool:
        """Whether this may be done with a call that these agents have, had or are offered.

        A call that is with nobody belongs to its queue: to whose group an agent of it belongs.
        """
        reach = self.agents(permission)
        if reach is None:
            return True
        known = [agent for agent in agents if agent]
        if known or self.grants.get(permission) != "group":
            return not reach.isdisjoint(known)
        return queue in (self.queues(permission) or ())

    @cached_property
    def _self(self) -> frozenset[str]:
        return frozenset({self.account.agent} if self.account.agent else ())

    @cached_property
    def _colleagues(self) -> frozenset[str]:
        own = self.centre.agent(self.account.agent) if self.account.agent else None
        groups = frozenset(self.account.groups or (own.groups if own else ()))
        return self._self | {agent.id for agent in self.centre.agents if not groups.isdisjoint(agent.groups)}


def _grants(account: Account, centre: Centre, masked_roles: Collection[str]) -> Mapping[Permission, Scope]:
    grants = dict(granted(account.role, centre.roles))
    if not account.agent or "take_calls" not in grants:
        for permission in _WITH_A_PHONE:
            grants.pop(permission, None)
    if account.role in masked_roles and "see_numbers" in grants:
        grants["see_numbers"] = "own"
    return grants
