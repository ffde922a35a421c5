"""Plausible days of a call centre as streams of events: for tests that cut and repeat them."""

from hypothesis import strategies as st

from callcenter.calls import events as ev
from callcenter.calls.centre import Centre, Queue
from callcenter.calls.languages import Text

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
    }
    return steps + [choices[name] for name in draw(st.lists(st.sampled_from(sorted(choices)), max_size=8))]


def _call(draw, i, agent):
    entered = []

    def enter(at):
        entered.append(at)
        return ev.QueueEntered(at=at, interaction=i, queue="service", entered_at=entered[0])

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
            ),
            lambda at: ev.OfferRang(at=at, interaction=i, offer=f"{i}-{n}", agent=agent),
            *then,
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
    queued = [*arrival, remake(5), enter]
    for n in range(draw(st.integers(0, 2))):
        queued += [*offer(n, failed(n)), enter]
    courses = {
        "hung up in the menu": [*arrival, ended("caller", "flow")],
        "abandoned": [*queued, left("abandoned"), ended("caller", "waiting")],
        "gone while ringing": [*queued, *offer("last"), left("abandoned"), ended("caller", "ringing")],
        "answered": [*queued, *offer("last"), left("answered"), *talk],
        "overflowed": [*queued, left("overflow"), ended("system", "waiting")],
        "nobody told of the leaving": [*queued, ended("caller", "waiting")],
    }
    course = courses[draw(st.sampled_from(sorted(courses)))]
    return course[: draw(st.integers(1, len(course)))] if draw(st.booleans()) else course


def at_time(event, at):
    return type(event)(**{name: getattr(event, name) for name in event.__struct_fields__} | {"at": at})
