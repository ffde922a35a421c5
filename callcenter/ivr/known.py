"""What the flows of a centre may name."""

from collections.abc import Mapping

from callcenter.calls.centre import Centre
from callcenter.calls.languages import Text
from callcenter.ivr.fields import Known


def known_of(centre: Centre, flows: frozenset[str] = frozenset(), prompts: Mapping[str, Text] | None = None) -> Known:
    """`flows`: ids of all there are; `prompts`: the texts by name."""
    queues = frozenset(queue.id for queue in centre.queues)
    return Known(
        queues=queues,
        mailboxes=queues | frozenset(agent.id for agent in centre.agents),
        skills=frozenset(skill.id for skill in centre.skills),
        callbacks=frozenset(queue.id for queue in centre.queues if queue.callback),
        flows=flows,
        prompts=prompts or {},
    )
