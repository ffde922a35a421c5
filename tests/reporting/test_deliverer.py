"""Finished calls to a real receiver: whole, signed, once; again and again while it fails."""

import asyncio
import itertools
import time

import msgspec
import pytest

from callcenter.calls import events as ev
from callcenter.reporting import signing
from callcenter.reporting.deliverer import Deliverer
from callcenter.reporting.retries import WEBHOOK_WAITS_S
from callcenter.reporting.settings import Settings
from callcenter.store import audit, deliveries, webhooks
from callcenter.store.webhooks import WebhookFields
from tests.reporting.receiver import receiver
from tests.store.ledger_stories import signed_in

HOME = Settings(private_webhooks=("127.0.0.0/8",), webhooks_at_once=8)


class Clock:
    """The real moment and what was waited for."""

    def __init__(self):
        self.ahead_s = 0.0

    def __call__(self):
        return time.time() + self.ahead_s


class Place:
    def __init__(self, db, receiver):
        self.db, self.receiver, self.clock = db, receiver, Clock()
        self.alerts = []
        receiver.clock = self.clock
        self.deliverer = self.another()

    def another(self, settings=HOME):
        return Deliverer(self.db, settings, self.alerts.append, self.clock, lambda: 0.0)

    def add(self, id_="whk_1", **fields):
        self.receiver.secret = self.receiver.secret or signing.new_secret()
        given = WebhookFields(**({"name": "CRM", "url": self.receiver.url} | fields))
        webhooks.add(self.db, id_, given, self.receiver.secret, "admin", self.clock())

    async def turn(self):
        await self.deliverer.turn()
        await self.deliverer.finished()

    def state(self, id_="whk_1"):
        return [(each.state, each.attempts, each.status) for each in deliveries.recent(self.db, id_)]


@pytest.fixture
async def place(db):
    async with receiver() as made:
        there = Place(db, made)
        yield there
        await there.deliverer.close()


async def test_a_finished_call_is_told_once_signed_and_masked(place, told, call):
    place.add()
    told(call())
    await place.turn()
    await place.turn()

    [(id_, kind, data)] = place.receiver.seen
    assert id_.startswith("dlv_") and kind == "call.finished"
    assert (data["id"], data["outcome"], data["agent"], data["queue"]) == ("one-1.1", "answered", "8001", "service")
    assert data["caller"] == "+86138****8000"
    assert (data["talk_s"], data["hold_s"], data["wrap_up_s"], data["waited_s"]) == (14.0, 6.0, 10.0, 4.0)
    assert data["arrived_at"] == "1970-01-01T00:16:40.000Z"
    assert data["survey"] == [
        {"survey": "rating", "question": "satisfied", "key": "1", "score": 5.0, "satisfied": True, "solved": None}
    ]
    assert [each["left"] for each in data["queues"]] == ["answered"]
    assert data["recordings"][0]["state"] == "stored"
    assert place.state() == [("delivered", 1, 200)]


async def test_whole_numbers_are_told_where_that_was_chosen(place, told, call):
    place.add(masked=False)
    told(call())
    await place.turn()
    assert place.receiver.seen[0][2]["caller"] == "+8613800138000"


async def test_what_ended_before_the_webhook_was_there_is_not_told(place, told, call):
    told(call())
    place.add()
    await place.turn()
    assert place.receiver.seen == [] and place.state() == []


async def test_a_receiver_that_fails_gets_the_same_again_later_under_the_same_id(place, told, call):
    place.add()
    place.receiver.answers = [500, 503]
    told(call())
    await place.turn()
    assert place.state() == [("waiting", 1, 500)]
    await place.turn()
    assert len(place.receiver.seen) == 1  # not before its time

    place.clock.ahead_s = WEBHOOK_WAITS_S[0] + 1
    await place.turn()
    place.clock.ahead_s += WEBHOOK_WAITS_S[1] + 1
    await place.turn()

    assert place.state() == [("delivered", 3, 200)]
    assert place.receiver.seen[0] == place.receiver.seen[1] == place.receiver.seen[2]
    [delivery] = deliveries.recent(place.db, "whk_1")
    _, tried = deliveries.one(place.db, "whk_1", delivery.id)
    assert [(each.number, each.status) for each in tried] == [(3, 200), (2, 503), (1, 500)]
    assert tried[-1].error == "HTTP 500: not today"


async def test_after_the_last_attempt_it_is_given_up_and_can_be_sent_anew(place, told, call):
    place.add()
    place.receiver.answers = [500] * (len(WEBHOOK_WAITS_S) + 1)
    told(call())
    for wait_s in (*WEBHOOK_WAITS_S, 0):
        await place.turn()
        place.clock.ahead_s += wait_s + 1
    assert place.state() == [("given_up", len(WEBHOOK_WAITS_S) + 1, 500)]
    place.clock.ahead_s += 100_000
    await place.turn()
    assert len(place.receiver.seen) == len(WEBHOOK_WAITS_S) + 1

    [delivery] = deliveries.recent(place.db, "whk_1")
    deliveries.replay(place.db, "whk_1", delivery.id, place.clock())
    place.clock.ahead_s = 0
    await place.deliverer.close()
    place.deliverer = place.another()
    deliveries.postpone(place.db, delivery.id, 0.0)
    await place.turn()
    assert place.state() == [("delivered", len(WEBHOOK_WAITS_S) + 2, 200)]


async def test_a_webhook_that_nothing_arrives_at_for_a_day_is_switched_off_with_an_alert(place, told, call):
    place.add()
    place.receiver.answers = [500] * 3
    told(call())
    await place.turn()
    place.clock.ahead_s = 86_400
    await place.turn()

    kept = webhooks.webhook(place.db, "whk_1")
    assert not kept.active and kept.disabled_why == "failing" and kept.failing_since is not None
    assert len(place.alerts) == 1 and "CRM" in place.alerts[0]
    assert [(each.what, each.object) for each in audit.entries(place.db)] == [("disable_webhook", "whk_1")]
    place.clock.ahead_s += 100_000
    await place.turn()
    assert len(place.receiver.seen) == 2  # nothing more is sent

    fields = WebhookFields(name="CRM", url=place.receiver.url)
    place.receiver.answers = []
    webhooks.change(place.db, "whk_1", fields, kept.version, "admin", place.clock())
    told(call("one-2.1", begin=2000.0))  # ended while it was off, as far as the cursor goes
    place.clock.ahead_s = 0
    deliveries.postpone(place.db, deliveries.recent(place.db, "whk_1")[0].id, 0.0)
    await place.turn()
    assert {data["id"] for _, _, data in place.receiver.seen} == {"one-1.1", "one-2.1"}
    assert webhooks.webhook(place.db, "whk_1").failing_since is None


async def test_a_receiver_that_says_it_is_gone_is_not_asked_again(place, told, call):
    place.add()
    place.receiver.answers = [410]
    told(call())
    await place.turn()
    assert webhooks.webhook(place.db, "whk_1").disabled_why == "gone"
    assert place.state() == [("given_up", 1, 410)]


async def test_a_redirection_is_not_followed(place, told, call):
    place.add()
    place.receiver.answers = [302]
    told(call())
    await place.turn()
    [delivery] = deliveries.recent(place.db, "whk_1")
    assert (delivery.state, delivery.status) == ("waiting", 302) and "leads elsewhere" in delivery.error


async def test_an_address_inside_is_refused_unless_it_is_allowed(place, told, call):
    place.add(url=place.receiver.url.replace("127.0.0.1", "localhost"))
    told(call())
    place.deliverer = place.another(Settings())
    await place.turn()
    [delivery] = deliveries.recent(place.db, "whk_1")
    assert delivery.status is None and "private_webhooks" in delivery.error and place.receiver.seen == []


async def test_the_record_is_told_when_the_wrap_up_is_over_or_takes_too_long(place, told, call):
    place.add()
    events = call(begin=time.time() - 40)
    told(signed_in(at=events[0].at - 10))
    told([each for each in events if not isinstance(each, ev.WrapUpEnded)])
    await place.turn()
    assert place.receiver.seen == [] and place.state() == [("waiting", 0, None)]

    told([each for each in events if isinstance(each, ev.WrapUpEnded)])
    place.clock.ahead_s = 5
    await place.turn()
    assert place.receiver.seen[0][2]["wrap_up_s"] == 10.0


async def test_a_recording_is_waited_for_ten_minutes(place, told, call):
    place.add()
    told([each for each in call(begin=time.time() - 40) if not isinstance(each, ev.RecordingStored)])
    await place.turn()
    assert place.receiver.seen == []
    place.clock.ahead_s = 620
    await place.turn()
    assert place.receiver.seen[0][2]["recordings"][0]["state"] == "expected"


async def test_only_the_chosen_queues_and_outcomes_are_told(place, told, call):
    place.add("whk_1", queues=("other",))
    place.add("whk_2", outcomes=("abandoned",))
    place.add("whk_3", calls=False)
    place.add("whk_4", queues=("service",), outcomes=("answered",))
    told(call())
    await place.turn()
    assert len(place.receiver.seen) == 1
    assert [place.state(f"whk_{n}") for n in range(1, 5)] == [[], [], [], [("delivered", 1, 200)]]


async def test_a_receiver_that_hangs_leaves_room_for_the_others(place, told, call):
    place.receiver.hang = asyncio.Event()
    place.add()
    async with receiver() as other:
        other.secret = place.receiver.secret
        place.add("whk_2", url=other.url)
        for n in range(12):
            told(call(f"one-{n}.1", begin=1000.0 + n, offer=f"o{n}"))
        await place.deliverer.turn()
        async with asyncio.timeout(60):
            for _ in itertools.count():
                if len(other.seen) == 12:
                    break
                await place.deliverer.turn()
                slow = [webhook for webhook, _ in place.deliverer._under_way.values() if webhook == "whk_1"]
                assert len(slow) <= 4
                await asyncio.sleep(0.01)
        assert sorted(data["id"] for _, _, data in other.seen) == sorted(f"one-{n}.1" for n in range(12))
    assert len(place.receiver.seen) == 4


async def test_what_arrives_while_it_is_looked_up_what_is_due_is_not_sent_again(place, told, call, monkeypatch):
    place.receiver.hang = asyncio.Event()
    place.add()
    told(call())
    await place.deliverer.turn()
    look_up, loop = deliveries.due, asyncio.get_running_loop()

    def due_and_then_arrived(*asked):
        found = look_up(*asked)
        loop.call_soon_threadsafe(place.receiver.hang.set)
        asyncio.run_coroutine_threadsafe(place.deliverer.finished(), loop).result(20)
        return found

    monkeypatch.setattr(deliveries, "due", due_and_then_arrived)
    await place.turn()
    assert len(place.receiver.seen) == 1
    assert place.state() == [("delivered", 1, 200)]


async def test_a_receiver_that_does_not_answer_in_time_is_asked_again(place, told, call):
    place.receiver.hang = asyncio.Event()
    place.deliverer = place.another(msgspec.structs.replace(HOME, webhook_timeout_s=0.2))
    place.add()
    told(call())
    await place.turn()
    assert place.state() == [("waiting", 1, None)]


async def test_two_edges_make_one_delivery_of_a_call(place, told, call):
    place.add()
    second = place.another()
    told(call())
    ids = itertools.count()
    known = webhooks.webhook(place.db, "whk_1")
    for _ in range(2):
        deliveries.queue_ended_calls(place.db, known, lambda: f"dlv_{next(ids)}", 1.0)
    assert len(deliveries.recent(place.db, "whk_1")) == 1
    await second.close()


async def test_old_deliveries_are_forgotten(place, told, call):
    place.add()
    told(call())
    await place.turn()
    await place.deliverer.tidy()
    assert len(place.state()) == 1
    place.clock.ahead_s = 31 * 86_400
    await place.deliverer.tidy()
    assert place.state() == []
