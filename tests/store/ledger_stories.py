"""Plausible days of a call centre as streams of events: for tests that cut and repeat them."""

from hypothesis import strategies as st

from callcenter.calls import events as ev
from callcenter.calls.centre import Centre, Queue
from callcenter.calls.languages import Text
from tests.store.party_stories import dialled_out, given_on

AGENTS = ("8001", "8002")
CENTRE = Centre(
    queues=(Queue(id="service", name=Text(zh="客服", en="Service"), service_level_s=10, short_abandon_s=3),)
)


def answered_call(call_id="one-1.1", begin=1000.0, agent="8001", offer="o1", caller="+8613800138000"):
    """Menu 5 s, wait 4 s (ring 3 s of it), talk 20 s with 6 s on hold, survey, wrap-up 10 s."""
    t, i = begin, call_id
    return [
        ev.CallArrived(
            at=t,
            interaction=i,
            channel="c1",
            caller=caller,
            caller_name="",
            dialled="+862112345678",
            language="zh-CN",
        ),
        ev.FlowStarted(at=t, interaction=i, flow="main", version=1, session={"secret": "1"}),
        ev.FlowStepped(at=t, interaction=i, node="menu", session={"secret": "1"}),
        ev.KeyPressed(at=t + 4, interaction=i, flow="main", node="menu", key="1", valid=True),
        ev.LanguageChosen(at=t + 4, interaction=i, language="en"),
        ev.FlowEnded(at=t + 5, interaction=i, flow="main", result="queue"),
        ev.QueueEntered(at=t + 5, interaction=i, queue="service", entered_at=t + 5),
        ev.OfferMade(
            at=t + 6, interaction=i, offer=offer, agent=agent, device="web", queue="service", lease_until=t + 30
        ),
        ev.OfferRang(at=t + 6.5, interaction=i, offer=offer, agent=agent),
        ev.OfferAccepted(at=t + 8, interaction=i, offer=offer, agent=agent, channel="a1"),
        ev.QueueLeft(at=t + 9, interaction=i, queue="service", reason="answered", waited_s=4.0),
        ev.Connected(at=t + 9, interaction=i, agent=agent, device="web", queue="service", offer=offer, waited_s=4.0),
        ev.RecordingExpected(at=t + 9, interaction=i, file=f"{i}.raw"),
        ev.Held(at=t + 15, interaction=i, agent=agent),
        ev.Resumed(at=t + 21, interaction=i, agent=agent),
        ev.NoteWritten(at=t + 22, interaction=i, agent=agent, note="wants a refund", disposition="complaint"),
        ev.TalkEnded(at=t + 29, interaction=i, agent=agent, by="agent", talk_s=14.0, hold_s=6.0),
        ev.WrapUpBegan(at=t + 29, agent=agent, interaction=i, queue="service", until=t + 89),
        ev.SurveyOffered(at=t + 29, interaction=i, survey="rating", agent=agent, queue="service"),
        ev.FlowStarted(at=t + 29, interaction=i, flow="rating", version=1, session={}),
        ev.SurveyAnswered(
            at=t + 33,
            interaction=i,
            survey="rating",
            question="satisfied",
            key="1",
            score=5.0,
            satisfied=True,
            agent=agent,
            queue="service",
        ),
        ev.FlowEnded(at=t + 34, interaction=i, flow="rating", result="hangup"),
        ev.CallEnded(at=t + 34, interaction=i, by="flow", cause=16, phase="survey", answered=True),
        ev.RecordingStored(
            at=t + 36, interaction=i, file=f"1970/01/01/{i}.wav", duration_s=20.0, bytes=320_044, sha256="ab"
        ),
        ev.WrapUpEnded(at=t + 39, agent=agent, interaction=i, by="self", wrap_up_s=10.0),
    ]


def numbered(events, after=0):
    return [ev.Entry(seq, event) for seq, event in enumerate(events, after + 1)]


def signed_in(agent="8001", at=900.0):
    return [ev.AgentSignedIn(at=at, agent=agent, device="web"), ev.AgentReady(at=at + 1, agent=agent)]


@st.composite
def streams(draw):
    """Several callers and two agents, each on its own course, interleaved; some stories break off."""
    threads = [_agent(draw, agent) for agent in AGENTS]
    threads += [_call(draw, f"one-{n}.1", draw(st.sampled_from(AGENTS))) for n in range(draw(st.integers(1, 4)))]
    threads += [_callback(draw, n, draw(st.sampled_from(AGENTS))) for n in range(draw(st.integers(0, 2)))]
    stream, at = [ev.CentreApplied(at=1.0, version=1, centre=CENTRE)], 10.0
    while any(threads):
        thread = draw(st.sampled_from([thread for thread in threads if thread]))
        at += draw(st.sampled_from((0.0, 0.25, 1.0, 7.5)))
        stream.append(thread.pop(0)(at))
    return stream


def _agent(draw, agent):
    steps = [lambda at: ev.AgentSignedIn(at=at, agent=agent, device="web")]
    choices = {
        "ready": lambda at: ev.AgentReady(at=at, agent=agent),
        "lunch": lambda at: ev.AgentPaused(at=at, agent=agent, reason="lunch"),
        "missed": lambda at: ev.AgentPaused(at=at, agent=agent, reason="", by="missed"),
        "lost": lambda at: ev.PhoneLost(at=at, agent=agent, device="web"),
        "reached": lambda at: ev.PhoneReached(at=at, agent=agent, device="web"),
        "out": lambda at: ev.AgentSignedOut(at=at, agent=agent),
        "in": lambda at: ev.AgentSignedIn(at=at, agent=agent, device="desk"),
        "shift": lambda at: ev.ShiftBegan(at=at, agent=agent),
        "shift over": lambda at: ev.ShiftEnded(at=at, agent=agent),
        "echo": lambda at: ev.OtherCallBegan(at=at, agent=agent, channel="echo"),
        "echo over": lambda at: ev.OtherCallEnded(at=at, agent=agent, channel="echo"),
    }
    return steps + [choices[name] for name in draw(st.lists(st.sampled_from(sorted(choices)), max_size=8))]


def _call(draw, i, agent):
    entered = []

    def enter(at):
        entered.append(at)
        return ev.QueueEntered(at=at, interaction=i, queue="service", entered_at=entered[0], credit_s=30.0)

    def foretell(at):
        return ev.WaitForetold(at=at, interaction=i, queue="service", low_s=10.0, high_s=90.0, ahead=1)

    def nobody(at):
        return no_agent_yet(at, i)

    def offer(n, *then):
        return [
            lambda at: ev.OfferMade(
                at=at,
                interaction=i,
                offer=f"{i}-{n}",
                agent=agent,
                device="web",
                queue="service",
                lease_until=at + 30,
                pick=PICK,
            ),
            lambda at: ev.OfferRang(at=at, interaction=i, offer=f"{i}-{n}", agent=agent),
            *then,
        ]

    def both_rung(n):
        other = next(each for each in AGENTS if each != agent)
        same = {"interaction": i, "offer": f"{i}-{n}", "agent": other}
        return [
            lambda at: ev.OfferMade(at=at, device="desk", queue="service", lease_until=at + 30, **same),
            lambda at: ev.OfferFailed(at=at, reason="withdrawn", **same),
        ]

    def failed(n):
        return lambda at: ev.OfferFailed(at=at, interaction=i, offer=f"{i}-{n}", agent=agent, reason="no_answer")

    def left(reason):
        return lambda at: ev.QueueLeft(at=at, interaction=i, queue="service", reason=reason, waited_s=at - entered[0])

    def ended(by, phase, answered=False):
        return lambda at: ev.CallEnded(at=at, interaction=i, by=by, cause=16, phase=phase, answered=answered)

    def remake(number):
        return lambda at: at_time(answered_call(i, agent=agent)[number], at)

    arrival = [lambda at: at_time(answered_call(i)[0], at), remake(1), remake(3)]
    talk = [
        lambda at: ev.Connected(at=at, interaction=i, agent=agent, device="web", queue="service", offer=f"{i}-last"),
        *(remake(number) for number in (12, 13, 14, 15, 16, 17, 18, 19, 20, 21)),
        ended("flow", "survey", answered=True),
        *(remake(number) for number in (23, 24)),
    ]
    rule = [lambda at: ev.RuleApplied(at=at, interaction=i, rule="vip", to="queue", id="service")]
    queued = [*arrival, *rule[: draw(st.integers(0, 1))], remake(5), enter]
    queued += [foretell, nobody, nobody][: draw(st.integers(0, 3))]
    for n in range(draw(st.integers(0, 2))):
        queued += [*offer(n, failed(n)), enter]
    courses = {
        "hung up in the menu": [*arrival, ended("caller", "flow")],
        "abandoned": [*queued, left("abandoned"), ended("caller", "waiting")],
        "gone while ringing": [*queued, *offer("last"), left("abandoned"), ended("caller", "ringing")],
        "answered": [*queued, *offer("last"), left("answered"), *talk],
        "overflowed": [*queued, left("overflow"), ended("system", "waiting")],
        "all were rung": [*queued, *offer("last"), *both_rung("last"), left("answered"), *talk],
        "waited too long": [*queued, left("timeout"), ended("flow", "waiting")],
        "blocked": [*arrival[:1], lambda at: blocked(at, i), ended("flow", "flow")],
        "left a message": [*queued, left("voicemail"), *(message(i)), ended("caller", "voicemail"), message_left(i)],
        "said nothing": [*arrival, *(message(i)), ended("caller", "voicemail"), message_missing(i)],
        "spoke to a mailbox, nobody told": [*queued, *(message(i)), ended("caller", "voicemail"), message_left(i)],
        "nobody told of the leaving": [*queued, ended("caller", "waiting")],
    }
    other = next(each for each in AGENTS if each != agent)
    connected = [*queued, *offer("last"), left("answered"), talk[0]]
    courses |= {
        "given on": [*connected, *given_on(draw, i, agent, other), *talk[-3:]],
        "dialled out": dialled_out(draw, i, agent),
    }
    course = courses[draw(st.sampled_from(sorted(courses)))]
    return course[: draw(st.integers(1, len(course)))] if draw(st.booleans()) else course


def _callback(draw, n, agent):
    """Asked for in a call, tried once or twice, by agent or customer first; served, or not, or broken off."""
    asked_in, cb = f"asked-{n}.1", f"asked-{n}.1cb1"
    asking = [
        lambda at: at_time(answered_call(asked_in)[0], at),
        lambda at: ev.QueueEntered(at=at, interaction=asked_in, queue="service", entered_at=at),
        lambda at: ev.QueueLeft(at=at, interaction=asked_in, queue="service", reason="callback", waited_s=5.0),
        lambda at: callback_asked(at, cb),
        lambda at: ev.CallEnded(at=at, interaction=asked_in, by="flow", cause=16, phase="flow", answered=False),
    ]

    def tried(attempt, reason, again_at):
        i = f"{cb}-{attempt}"
        same = {"callback": cb, "attempt": attempt, "interaction": i, "agent": agent}
        return [
            lambda at: arrived_by_callback(at, cb, i),
            lambda at: ev.CallbackTried(at=at, first="customer", pick=PICK, **same),
            lambda at: ev.CallbackFailed(at=at, reason=reason, again_at=again_at, **same),
            lambda at: ev.CallEnded(at=at, interaction=i, by="system", cause=16, phase="dialling", answered=False),
        ]

    def over(result, interaction=""):
        return lambda at: ev.CallbackEnded(at=at, callback=cb, result=result, interaction=interaction)

    i = f"{cb}-2"
    talk = [
        lambda at: ev.QueueEntered(at=at, interaction=i, queue="service", entered_at=1.0),
        lambda at: at_time(answered_call(i, agent=agent, offer=i)[7], at),
        lambda at: ev.QueueLeft(at=at, interaction=i, queue="service", reason="answered", waited_s=1.0),
        lambda at: ev.Connected(at=at, interaction=i, agent=agent, device="web", queue="service", offer=i),
    ]
    served = [*tried(1, "busy", 99.0), *tried(2, "failed", 0.0)[:2], *talk, over("served", i)]
    courses = {
        "served": [*asking, *served],
        "given up": [*asking, *tried(1, "no_answer", 99.0), *tried(2, "agent_no_answer", 0.0), over("given_up")],
        "cancelled": [*asking, over("cancelled")],
        "asked for before the ledger began": served,
    }
    course = courses[draw(st.sampled_from(sorted(courses)))]
    return course[: draw(st.integers(1, len(course)))] if draw(st.booleans()) else course


PICK = ev.Pick(
    strategy="longest_idle",
    candidates=("8001", "8002"),
    waited_s=4.0,
    credit_s=30.0,
    ahead=1,
    ready=2,
    lacking=0,
    excluded={"paused": 1},
)


def no_agent_yet(at, call_id):
    return ev.NoAgentYet(
        at=at, interaction=call_id, queue="service", ahead=0, ready=1, lacking=1, excluded={"talking": 2}, level=3
    )


def blocked(at, call_id):
    return ev.CallBlocked(at=at, interaction=call_id, number="+86138", reason="threats")


def message(call_id):
    file = f"{call_id}.wav"
    return [lambda at: ev.MessageBegan(at=at, interaction=call_id, mailbox="service", queue="service", file=file)]


def message_left(call_id):
    return lambda at: ev.MessageLeft(
        at=at,
        interaction=call_id,
        mailbox="service",
        file=f"messages/1970/01/01/{call_id}.wav",
        duration_s=7.5,
        bytes=120_044,
        sha256="cd",
    )


def message_missing(call_id):
    return lambda at: ev.MessageMissing(at=at, interaction=call_id, mailbox="service", file=f"{call_id}.wav")


def callback_asked(at, callback, number="+8613800138000", queue="service", **more):
    fields = {"entered_at": at - 60, "credit_s": 30.0, "skills": {"english": 3}, "language": "en"}
    fields |= {"expires_at": at + 3600, "low_s": 120.0, "high_s": 240.0, "customer": "", "tier": "A"}
    asked_in = callback.partition("cb")[0]
    return ev.CallbackAsked(at=at, callback=callback, asked_in=asked_in, number=number, queue=queue, **fields | more)


def arrived_by_callback(at, callback, call_id):
    return ev.CallArrived(
        at=at,
        interaction=call_id,
        channel=call_id,
        caller="+8613800138000",
        caller_name="",
        dialled="",
        language="en",
        source="callback",
        callback=callback,
        tier="A",
    )


def at_time(event, at):
    return type(event)(**{name: getattr(event, name) for name in event.__struct_fields__} | {"at": at})
