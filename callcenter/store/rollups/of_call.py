"""What one call adds to the tallies: a pure function of its rows.

What changes of a call is brought in as the difference of what it adds now and what it added before.
"""

from callcenter.calls.surveys import SPOKEN
from callcenter.store.call_rows import CallRows
from callcenter.store.rollups.amounts import Amounts, ms
from callcenter.store.rollups.bins import wait_bin
from callcenter.store.rollups.spec import (
    AGENT,
    AGENT_QUEUE,
    DISPOSITION,
    EXITS,
    MISSED,
    NUMBER,
    QUEUE,
    RESOLUTION,
    SURVEY,
    WAITS,
    WAY,
)
from callcenter.store.rows import Call, QueueEntry, SurveyAnswer, SurveyPush, Talk


def of_call(rows: CallRows) -> Amounts:
    found = Amounts()
    _call(found, rows.call)
    for entry in rows.queue_entries:
        if entry.source != "callback":
            _entry(found, entry)
    for talk in rows.talks:
        if talk.over_at is not None:
            _talk(found, talk, talk.over_at, rows.call.direction)
    for offer in rows.offers:
        missed = int(offer.result in MISSED)
        found.add(AGENT, (offer.agent,), offer.made_at, offers=1, missed=missed)
        found.add(AGENT_QUEUE, (offer.queue, offer.agent), offer.made_at, offers=1, missed=missed)
    for transfer in rows.transfers:
        found.add(AGENT, (transfer.agent,), transfer.at, transfers=1)
    for answer in rows.survey_answers:
        _answer(found, answer)
    for push in rows.survey_pushes:
        _push(found, push)
    for run in rows.flow_runs:
        found.add(WAY, (run.flow, str(run.version), run.path, run.result), run.began_at, runs=1)
    return found


def number_of(call: Call) -> str:
    return call.as_number if call.direction == "outbound" else call.dialled


def _call(found: Amounts, call: Call) -> None:
    found.add(
        NUMBER,
        (number_of(call), call.direction),
        call.arrived_at,
        calls=1,
        **{call.outcome: 1},
        short=int(call.short_abandon),
        entered_flow=int(bool(call.flow)),
        contained=int(bool(call.flow) and call.outcome == "flow_only"),
        wait_ms=ms(call.waited_s),
        talk_ms=ms(call.talk_s),
        hold_ms=ms(call.hold_s),
    )


def _entry(found: Amounts, entry: QueueEntry) -> None:
    key, at = (entry.queue,), entry.entered_at
    waited_s = entry.waited_s or 0.0
    found.add(QUEUE, key, at, offered=1, waiting=int(entry.left_at is None))
    if entry.left_at is None:
        return
    if entry.reason in EXITS:
        found.add(QUEUE, key, at, **{entry.reason: 1})
    found.peak(QUEUE, key, at, "longest_ms", ms(waited_s))
    if entry.reason == "answered":
        found.add(QUEUE, key, at, within=int(waited_s <= entry.service_level_s), wait_ms=ms(waited_s))
    if entry.reason == "abandoned":
        short, within = int(waited_s <= entry.short_abandon_s), int(waited_s <= entry.service_level_s)
        found.add(QUEUE, key, at, short=short, abandoned_within=within, abandoned_wait_ms=ms(waited_s))
    if entry.reason in ("answered", "abandoned"):
        found.add(WAITS, key, at, **{f"{entry.reason}_{wait_bin(waited_s):02}": 1})


def _talk(found: Amounts, talk: Talk, over_at: float, direction: str) -> None:
    times = {"talk_ms": ms(talk.talk_s), "hold_ms": ms(talk.hold_s), "wrap_up_ms": ms(talk.wrap_up_s)}
    found.add(QUEUE, (talk.queue,), over_at, handled=1, **times)
    out = int(direction == "outbound")
    found.add(AGENT, (talk.agent,), over_at, handled=1, handled_out=out, **times)
    found.add(AGENT_QUEUE, (talk.queue, talk.agent), over_at, handled=1, handled_out=out, **times)
    found.add(DISPOSITION, (talk.queue, talk.disposition), over_at, handled=1, **times)


def _answer(found: Amounts, answer: SurveyAnswer) -> None:
    """What a caller said in place of a key is no answer that a figure counts; whether a problem is solved rates
    nothing."""
    if answer.key == SPOKEN:
        return
    if answer.solved is not None:
        key = (answer.queue, answer.agent, answer.survey, answer.question, answer.key)
        found.add(RESOLUTION, key, answer.at, resolution_answers=1, solved=int(answer.solved))
        return
    amounts = {
        "answers": 1,
        "satisfied": int(answer.satisfied is True),
        "scored": int(answer.score is not None),
        "score_milli": ms(answer.score),
    }
    found.add(QUEUE, (answer.queue,), answer.at, **amounts)
    found.add(AGENT, (answer.agent,), answer.at, **amounts)
    found.add(AGENT_QUEUE, (answer.queue, answer.agent), answer.at, **amounts)
    of = (answer.survey, answer.question, answer.key, answer.queue)
    found.add(SURVEY, of, answer.at, dissatisfied=int(answer.satisfied is False), **amounts)


def _push(found: Amounts, push: SurveyPush) -> None:
    amounts = {"surveys_pushed": 1, "surveys_answered": int(push.answers > 0)}
    found.add(QUEUE, (push.queue,), push.at, **amounts)
    found.add(AGENT, (push.agent,), push.at, **amounts)
    found.add(AGENT_QUEUE, (push.queue, push.agent), push.at, **amounts)
    found.add(SURVEY, (push.survey, "", "", push.queue), push.at, **amounts)
