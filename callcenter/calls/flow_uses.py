"""What of a centre leads callers into a flow. Pure."""

from collections.abc import Iterator

from callcenter.calls.centre import Centre


def uses_of_flow(centre: Centre, flow: str) -> Iterator[tuple[str, str]]:
    """(what, which): `number`, `survey` (of a queue), `queue` (where its callers go else), `rule`; each once."""
    yield from (("number", number.number) for number in centre.numbers if number.flow == flow)
    for queue in centre.queues:
        if queue.survey == flow:
            yield "survey", queue.id
        if any(to.to == "flow" and to.id == flow for to in queue.destinations().values()):
            yield "queue", queue.id
    yield from (("rule", rule.id) for rule in centre.rules if rule.to.to == "flow" and rule.to.id == flow)
