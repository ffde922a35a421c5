"""What agents and supervisors do with a call once it is answered, as functions of the time. See `ledger_stories`."""

from hypothesis import strategies as st

from callcenter.calls import events as ev


def given_on(draw, i, agent, other):
    """Some consulting, conferring, listening and losing of phones, then one of the ways to give the call on."""
    between = {
        "asked in vain": [consult(i, agent, other), consult_over(i, agent, other, "no_answer")],
        "asked": [*asked(i, agent, other), consult_over(i, agent, other, "returned")],
        "asked outside": [
            consult(i, agent, "+8610666", kind="number"),
            joined(i, agent, "+8610666"),
            consult_over(i, agent, "+8610666", "gone"),
        ],
        "shared": [
            *asked(i, agent, other),
            consult_over(i, agent, other, "shared"),
            party(i, ev.PartyJoined, "agent", other),
            party(i, ev.PartyLeft, "agent", other),
        ],
        "listened to": [listened(i, agent), changed(i, "barge"), no_more(i, "barge")],
        "lost and back": [lost(i, agent), back(i, agent)],
        "on hold": [event(i, ev.Held, agent=agent), event(i, ev.Resumed, agent=agent)],
    }
    ways = {
        "to a queue": [blind(i, agent, "queue", "sales"), over(i, agent), entered(i, "sales")],
        "to a queue, who gave up": [
            blind(i, agent, "queue", "sales"),
            over(i, agent),
            entered(i, "sales"),
            left_queue(i, "sales", "abandoned"),
        ],
        "to an agent in the same queue": [
            blind(i, agent, "agent", other),
            over(i, agent),
            entered(i, "service"),
            left_queue(i, "service", "answered"),
            connected(i, other, "service"),
            over(i, other),
        ],
        "after asking": [
            *asked(i, agent, other),
            consult_over(i, agent, other, "completed"),
            connected(i, other, "service"),
            blind(i, agent, "agent", other, attended=True),
            over(i, agent),
            over(i, other),
        ],
        "outside": [blind(i, agent, "number", "+8610666"), over(i, agent)],
        "outside, which failed": [blind(i, agent, "number", "+8610666"), over(i, agent), entered(i, "service")],
        "taken over": [
            listened(i, agent),
            event(i, ev.TakenOver, supervisor=other, by="mei", agent=agent),
            connected(i, other, "service"),
            over(i, agent),
        ],
    }
    steps = []
    for _ in range(draw(st.integers(0, 2))):
        steps += between[draw(st.sampled_from(sorted(between)))]
    return steps + ways[draw(st.sampled_from(sorted(ways)))]


def dialled_out(draw, i, agent):
    begin = [arrived_out(i), event(i, ev.DialledOut, agent=agent, device="web", **_OUT)]
    ends = {
        "answered": [connected(i, agent, ""), over(i, agent), ended(i, "agent", "talking", True)],
        "no answer": [event(i, ev.DialOutFailed, agent=agent, reason="no_answer"), ended(i, "system", "dialling")],
    }
    return begin + ends[draw(st.sampled_from(sorted(ends)))]


_OUT = {"number": "+8613900139000", "as_number": "+862112345678", "trunk": "main"}


def event(i, kind_, /, **fields):
    return lambda at: kind_(at=at, interaction=i, **fields)


def asked(i, agent, other):
    return [consult(i, agent, other), joined(i, agent, other)]


def consult(i, agent, other, kind="agent"):
    return event(i, ev.ConsultBegan, agent=agent, kind=kind, id=other)


def joined(i, agent, party):
    return event(i, ev.ConsultJoined, agent=agent, party=party, channel=f"c-{party}")


def consult_over(i, agent, party, result):
    return event(i, ev.ConsultEnded, agent=agent, party=party, result=result)


def party(i, kind, role, who):
    return event(i, kind, channel=f"c-{who}", role=role, party=who)


def listened(i, agent, mode="listen"):
    return event(i, ev.ListeningBegan, supervisor="8900", by="mei", agent=agent, mode=mode, channel="s1")


def changed(i, mode):
    return event(i, ev.ListeningChanged, supervisor="8900", by="mei", mode=mode)


def no_more(i, mode, listened_s=5.0):
    return event(i, ev.ListeningEnded, supervisor="8900", mode=mode, listened_s=listened_s)


def lost(i, agent):
    return lambda at: ev.AgentLost(at=at, interaction=i, agent=agent, until=at + 20)


def back(i, agent):
    return event(i, ev.AgentBack, agent=agent, channel="a2", away_s=3.0)


def blind(i, agent, kind, to, attended=False, note="wants a refund"):
    return event(i, ev.Transferred, agent=agent, kind=kind, id=to, attended=attended, note=note)


def over(i, agent, talk_s=10.0, hold_s=2.0, by="agent"):
    return event(i, ev.TalkEnded, agent=agent, by=by, talk_s=talk_s, hold_s=hold_s)


def entered(i, queue, place_at=5.0):
    return lambda at: ev.QueueEntered(at=at, interaction=i, queue=queue, entered_at=place_at)


def left_queue(i, queue, reason, waited_s=1.0):
    return event(i, ev.QueueLeft, queue=queue, reason=reason, waited_s=waited_s)


def connected(i, agent, queue, waited_s=0.0):
    return event(i, ev.Connected, agent=agent, device="web", queue=queue, waited_s=waited_s)


def ended(i, by, phase, answered=False):
    return event(i, ev.CallEnded, by=by, cause=16, phase=phase, answered=answered)


def arrived_out(i):
    number, shown = _OUT["number"], _OUT["as_number"]
    return lambda at: ev.CallArrived(
        at=at,
        interaction=i,
        channel="a1",
        caller=number,
        caller_name="",
        dialled=shown,
        language="zh-CN",
        source="outbound",
    )
