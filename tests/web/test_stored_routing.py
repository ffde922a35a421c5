"""Callbacks, messages, decisions and forecasts out of the real store, from the events that make them."""

from callcenter.calls import events as ev
from callcenter.calls.events import AnyEvent
from callcenter.web.asked import CallbackQuery, MessageMark, MessageQuery
from tests.web.floor import CALLER
from tests.web.test_stored import NOON, Shelf, database, refused, shelf

__all__ = ["database", "shelf"]

PICK = ev.Pick(
    strategy="longest_idle",
    candidates=("8001", "8002"),
    waited_s=90.0,
    credit_s=30.0,
    ahead=0,
    ready=2,
    lacking=0,
    excluded={"talking": 3},
)


def arrived(call: str, at: float) -> AnyEvent:
    return ev.CallArrived(
        at=at,
        interaction=call,
        channel=f"{call}-c",
        caller=CALLER,
        caller_name="Chen",
        dialled="+862155550100",
        language="en",
    )


def answered_after(call: str, at: float, wait_s: float, high_s: float) -> list[AnyEvent]:
    """Told 60 s to `high_s`, answered after `wait_s`."""
    end = at + wait_s
    offered = ev.OfferMade(
        at=end, interaction=call, offer="o", agent="8001", device="web", queue="sales", lease_until=end + 9, pick=PICK
    )
    return [
        arrived(call, at),
        ev.QueueEntered(at=at, interaction=call, queue="sales", entered_at=at, credit_s=30.0),
        ev.WaitForetold(at=at, interaction=call, queue="sales", low_s=60.0, high_s=high_s, ahead=1),
        offered,
        ev.QueueLeft(at=end, interaction=call, queue="sales", reason="answered", waited_s=wait_s),
    ]


def message_left(call: str, at: float, mailbox: str) -> list[AnyEvent]:
    file = f"messages/2026/11/20/{call}.wav"
    return [
        arrived(call, at),
        ev.MessageBegan(at=at + 1, interaction=call, mailbox=mailbox, queue="sales", file=f"{call}.raw"),
        ev.CallEnded(at=at + 9, interaction=call, by="caller", cause=16, phase="voicemail", answered=False),
        ev.MessageLeft(at=at + 10, interaction=call, mailbox=mailbox, file=file, duration_s=8.0, bytes=9, sha256="0"),
    ]


def callback_given_up(call: str, at: float, queue: str) -> list[AnyEvent]:
    callback, tried = f"{call}-cb", f"{call}-cb-1"
    asked = ev.CallbackAsked(
        at=at + 5,
        callback=callback,
        asked_in=call,
        number=CALLER,
        queue=queue,
        entered_at=at,
        credit_s=0.0,
        skills={},
        language="en",
        expires_at=at + 3600,
    )
    return [
        arrived(call, at),
        asked,
        ev.CallbackTried(
            at=at + 60, callback=callback, attempt=1, interaction=tried, agent="8001", first="customer", pick=PICK
        ),
        ev.CallbackFailed(
            at=at + 90, callback=callback, attempt=1, interaction=tried, agent="8001", reason="busy", again_at=0.0
        ),
        ev.CallbackEnded(at=at + 90, callback=callback, result="given_up"),
    ]


async def test_decisions_are_told_in_order_with_the_pick_behind_an_offer(shelf: Shelf) -> None:
    shelf.write(*answered_after("c1", NOON, 90.0, 120.0))

    told = await shelf.archive.decisions("c1")

    assert [one.kind for one in told] == ["QueueEntered", "WaitForetold", "OfferMade", "QueueLeft"]
    assert told[2].data["pick"]["excluded"] == {"talking": 3}
    assert await shelf.archive.decisions("nothing") == ()


async def test_forecasts_are_judged_by_queue_and_quiet_queues_are_there_too(shelf: Shelf) -> None:
    shelf.write(*answered_after("c1", NOON, 90.0, 120.0), *answered_after("c2", NOON, 200.0, 120.0))

    told = {one.queue: one for one in (await shelf.archive.forecasts()).queues}

    assert (told["sales"].told, told["sales"].held, told["sales"].share) == (2, 1, 0.5)
    assert told["sales"].outside_s == 40.0  # 0 and 200 - 120
    assert (told["service"].told, told["service"].share) == (0, None)


async def test_messages_are_listed_by_mailbox_heard_of_and_marked(shelf: Shelf) -> None:
    shelf.write(*message_left("m1", NOON, "sales"), *message_left("m2", NOON + 60, "8001"))
    archive = shelf.archive

    everything = await archive.messages(MessageQuery(limit=1), None)
    rest = await archive.messages(MessageQuery(before=everything.before or ""), None)
    await archive.mark_message("m1", MessageMark(handled=True, note="done"), "8001")
    mine = await archive.messages(MessageQuery(state="handled"), frozenset({"sales", "service"}))

    assert [(one.id, one.mailbox, one.caller) for one in everything.messages] == [("m2", "8001", CALLER)]
    assert [one.id for one in rest.messages] == ["m1"]
    assert [(one.id, one.note, one.handled_by, one.handled_at) for one in mine.messages] == [
        ("m1", "done", "8001", NOON)
    ]
    assert [(box.id, box.new, box.handled) for box in mine.mailboxes] == [("sales", 0, 1)]
    assert (await archive.messages(MessageQuery(mailbox="8001"), frozenset({"sales"}))).messages == ()
    assert await archive.message("nothing") is None
    assert (
        await refused(archive.mark_message("nothing", MessageMark(handled=True), "8001"))
    ).word == "no_such_message"


async def test_callbacks_that_are_over_are_listed_with_their_tries(shelf: Shelf) -> None:
    shelf.write(*callback_given_up("c1", NOON, "sales"), *callback_given_up("c2", NOON + 500, "service"))
    archive = shelf.archive

    (newest,), before = await archive.callbacks(CallbackQuery(limit=1), None)
    older = await archive.callbacks(CallbackQuery(before=before or ""), None)
    found = await archive.callbacks(CallbackQuery(number="138 0013 8000", result="given_up"), frozenset({"sales"}))
    none = await archive.callbacks(CallbackQuery(queue="service"), frozenset({"sales"}))
    wrong = await refused(archive.callbacks(CallbackQuery(before="x"), None))

    assert (newest.queue, newest.result, newest.number) == ("service", "given_up", CALLER)
    assert [(one.agent, one.first, one.result) for one in newest.attempts] == [("8001", "customer", "busy")]
    assert [one.queue for one in older.past] == [one.queue for one in found.past] == ["sales"]
    assert (none.past, wrong.field) == ((), "before")
