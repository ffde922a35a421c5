"""All that a centre can say before anything new comes up: what is rendered when it is set up or changed.

How many prompts that is, in each of the two languages: those of the flows; some thirty fixed sentences; 21
positions and what longer ones are put together from; three for each agent, four where callers are
told of the recording; some thirty sentences of the mailboxes
and what counts and numbers there are put together from; for each queue its whisper, its mailbox's greeting and the
texts of its own; 79 ranges of minutes where a queue tells the wait or calls back. What is left is rendered as it
comes up: ranges beyond these, and an agent's hint to a callback's number. Where
flows speak values, some seven hundred pieces are rendered besides, while calls go on already: one that is wanted
before it is there takes no longer than a sentence does.
"""

from collections.abc import Iterable, Iterator

from callcenter.calls.centre import Centre, Queue
from callcenter.calls.languages import LANGUAGES, Language, Prompt, Text
from callcenter.ivr import mailbox_phrases, ranges, spoken
from callcenter.ivr.flow import Flow
from callcenter.ivr.pieces import RESTS_MS, piece, pieces

POSITIONS = 20  # callers ahead, each a sentence; longer lines have theirs put together


def repertoire(centre: Centre, flows: Iterable[Flow]) -> tuple[Prompt, ...]:
    """Each prompt once, those of the flows first."""
    of_flows = (prompt for flow in flows for prompt in flow.prompts())
    of_centre = (prompt for language in LANGUAGES for prompt in _in(language, centre))
    return tuple(dict.fromkeys([*of_flows, *of_centre]))


def pieces_of_values(flows: Iterable[Flow]) -> tuple[Prompt, ...]:
    """What every value is put together from; none when none of the flows speaks any."""
    speeches = (speech for flow in flows for node in flow.nodes.values() for speech in node.speeches())
    if not any(speech.templates for speech in speeches):
        return ()
    return tuple(prompt for language in LANGUAGES for prompt in pieces(language))


def _in(language: Language, centre: Centre) -> Iterator[Prompt]:
    yield from spoken.phrases(language)
    yield from (phrase(language) for phrase in mailbox_phrases.SAID)
    for said in _texts(centre):
        yield spoken.text(said, language)
    for queue in centre.queues:
        yield from _of_queue(queue, language)
    for agent in centre.agents:
        yield spoken.work_number(agent.id, language)
        if centre.recording.notice:
            yield spoken.work_number(agent.id, language, centre.recording.notice)
        yield spoken.consult_hint(agent.id, language)
        yield spoken.mailbox_greeting(agent.id, agent.greeting, spoken.person(agent.name), language)
    for n_ahead in range(POSITIONS + 1):
        yield spoken.position(n_ahead, language)
    yield from _of_long_lines(language)
    yield from _of_counted_messages(language)
    yield from spoken.digits(language)
    yield from _waits(centre, language)


def _of_long_lines(language: Language) -> Iterator[Prompt]:
    """What the positions behind the first are put together from: no engine speaks while a whole line waits."""
    yield from _pieces_of(
        spoken.position(n_ahead, language) for n_ahead in range(POSITIONS + 1, spoken.MAX_POSITION + 2)
    )


def _of_counted_messages(language: Language) -> Iterator[Prompt]:
    """What a mailbox's counts are put together from: whoever has dialled in waits for no voice."""
    yield from _pieces_of(spoken.mailbox_counts(n, n, language) for n in range(spoken.MAX_MESSAGES + 1))


def _pieces_of(said: Iterable[Prompt]) -> Iterator[Prompt]:
    """In their order by name; all of `said` are in one language."""
    found = {(prompt.language, id_) for prompt in said for id_ in prompt.pieces if id_ not in RESTS_MS}
    for language, id_ in sorted(found):
        yield piece(id_, language)


def _texts(centre: Centre) -> Iterator[Text]:
    """What the centre's author wrote."""
    for queue in centre.queues:
        yield queue.whisper or queue.name
        yield from queue.announcements
        yield from (said for said in (queue.exits_text,) if said)
        yield from (to.say for to in queue.destinations().values() if to.say)
    yield from (rule.to.say for rule in centre.rules if rule.to.say)


def _of_queue(queue: Queue, language: Language) -> Iterator[Prompt]:
    yield spoken.mailbox_greeting(queue.id, queue.greeting, queue.name, language)
    if queue.callback:
        yield spoken.callback_greeting(queue.name, language)


def _waits(centre: Centre, language: Language) -> Iterator[Prompt]:
    tells = any(queue.callback or "wait" in queue.announce for queue in centre.queues)
    for low, high in ranges.likely() if tells else ():
        yield spoken.wait_range(low * 60, high * 60, language)
