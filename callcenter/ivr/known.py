"""What the flows of a centre may name."""

from collections.abc import Mapping

import msgspec

from callcenter.calls.centre import Centre
from callcenter.calls.languages import Text
from callcenter.ivr.flow import Interface


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What a flow may name besides its own nodes.

    `mailboxes`: queues and agents; `callbacks`: the queues that call back; `prompts`: the texts of prompts by name;
    `scripts`: the AGI scripts that may be run, None where that is not known. `alone`: the flows that a provider runs
    who has no way to our telephone.
    """

    queues: frozenset[str] = frozenset()
    mailboxes: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    callbacks: frozenset[str] = frozenset()
    rosters: frozenset[str] = frozenset()
    flows: frozenset[str] = frozenset()
    prompts: Mapping[str, Text] = {}
    subflows: Mapping[str, Interface] | None = None
    scripts: frozenset[str] | None = None
    alone: frozenset[str] = frozenset()


def known_of(
    centre: Centre,
    flows: frozenset[str] = frozenset(),
    prompts: Mapping[str, Text] | None = None,
    scripts: frozenset[str] | None = None,
) -> Known:
    """`flows`: ids of all there are; `prompts`: the texts by name; `scripts` as in `Known`."""
    queues = frozenset(queue.id for queue in centre.queues)
    return Known(
        queues=queues,
        mailboxes=queues | frozenset(agent.id for agent in centre.agents),
        skills=frozenset(skill.id for skill in centre.skills),
        callbacks=frozenset(queue.id for queue in centre.queues if queue.callback),
        rosters=frozenset(roster.id for roster in centre.rosters),
        flows=flows,
        prompts=prompts or {},
        scripts=scripts,
    )


def alone_at_host(known: Known, centre: Centre) -> Known:
    """Where the provider of hosted numbers cannot bring calls to our telephone: their flows, and those these call."""
    flows = {number.flow for number in centre.numbers if number.host}
    subflows = known.subflows or {}
    called = {deeper for flow in flows if flow in subflows for deeper in subflows[flow].calls}
    return msgspec.structs.replace(known, alone=frozenset(flows | called))
