"""All that a centre can say before anything new comes up: what is rendered when it is set up or changed."""

from collections.abc import Iterable, Iterator

from callcenter.calls.centre import Centre
from callcenter.calls.languages import LANGUAGES, Language, Prompt
from callcenter.ivr import spoken
from callcenter.ivr.flow import Flow

POSITIONS = 20  # callers ahead; longer queues have their numbers rendered as they come


def repertoire(centre: Centre, flows: Iterable[Flow]) -> tuple[Prompt, ...]:
    """Each prompt once, those of the flows first."""
    of_flows = (prompt for flow in flows for prompt in flow.prompts())
    of_centre = (prompt for language in LANGUAGES for prompt in _in(language, centre))
    return tuple(dict.fromkeys([*of_flows, *of_centre]))


def _in(language: Language, centre: Centre) -> Iterator[Prompt]:
    yield from spoken.phrases(language)
    for queue in centre.queues:
        yield spoken.whisper(queue.whisper or queue.name, language)
    for agent in centre.agents:
        yield spoken.work_number(agent.id, language)
    for n_ahead in range(POSITIONS + 1):
        yield spoken.position(n_ahead, language)
