"""Every figure of the registry counted again, by statements written from METRICS.

They read the rows of calls, stays, talks, offers and answers, and for the agents' time the ledger's own entries;
nothing of the code that makes reports is in them. `:a` to `:b` is the period (the last moment not in it); the other
names narrow to a row of a report, '*' being all. A figure without a statement here fails `test_figures`.
"""

_OF_CALL = """
    AND (:number = '*' AND :direction = '*' OR EXISTS (
        SELECT 1 FROM calls AS of_call WHERE of_call.id = call_id
        AND (:direction = '*' OR of_call.direction = :direction)
        AND (:number = '*' OR :number = CASE WHEN of_call.direction = 'outbound' THEN of_call.as_number
                                             ELSE of_call.dialled END)))
"""


def _of(*names):
    return " ".join(f"AND (:{name} = '*' OR {name} = :{name})" for name in names)


def _ratio(part, whole):
    return f"SELECT 1.0 * ({part}) / nullif(({whole}), 0)"


# ---- queues: booked to the moment of entry; the call that carries a callback out is not offered again

_STAYS = f"""FROM queue_entries WHERE source <> 'callback' AND entered_at >= :a AND entered_at < :b
    {_of("queue")} {_OF_CALL}"""
_ANSWERED, _ABANDONED = "reason = 'answered'", "reason = 'abandoned'"
_SHORT = f"{_ABANDONED} AND waited_s <= short_abandon_s"


def _stays(condition="1 = 1", what="count(*)"):
    return f"SELECT {what} {_STAYS} AND {condition}"


_WITHIN = _stays(f"{_ANSWERED} AND waited_s <= service_level_s")
_GONE_WITHIN = _stays(f"{_ABANDONED} AND waited_s <= service_level_s")
_NOT_SHORT = f"({_stays()}) - ({_stays(_SHORT)})"

QUEUES = {
    "offered": _stays(),
    "answered": _stays(_ANSWERED),
    "within": _WITHIN,
    "abandoned": _stays(_ABANDONED),
    "short": _stays(_SHORT),
    **{
        reason: _stays(f"reason = '{reason}'")
        for reason in ("overflow", "voicemail", "callback", "timeout", "system")
    },
    "waiting": _stays("left_at IS NULL"),
    "flowed_out": _stays("reason IN ('overflow', 'voicemail', 'timeout')"),
    "answer_rate": _ratio(_stays(_ANSWERED), _stays()),
    "service_level": _ratio(_WITHIN, f"SELECT {_NOT_SHORT}"),
    "service_level.of_answered": _ratio(_WITHIN, _stays(_ANSWERED)),
    "service_level.with_abandoned": _ratio(
        f"SELECT ({_WITHIN}) + ({_GONE_WITHIN})", _stays("reason IN ('answered', 'abandoned')")
    ),
    "service_level.of_offered": _ratio(_WITHIN, _stays()),
    "abandon_rate": _ratio(_stays(f"{_ABANDONED} AND waited_s > short_abandon_s"), f"SELECT {_NOT_SHORT}"),
    "abandon_rate.of_offered": _ratio(_stays(_ABANDONED), _stays()),
    "asa_s": _ratio(_stays(_ANSWERED, "sum(waited_s)"), _stays(_ANSWERED)),
    "longest_wait_s": _stays("left_at IS NOT NULL", "coalesce(max(waited_s), 0)"),
    "abandon_wait_s": _ratio(_stays(_ABANDONED, "sum(waited_s)"), _stays(_ABANDONED)),
    # of the answered, shortest first: the wait of number `:rank`, counted from 0
    "wait_percentile_s": f"{_stays(_ANSWERED, 'waited_s')} ORDER BY waited_s LIMIT 1 OFFSET :rank",
}

# ---- talks: booked to the end of their wrap-up, every agent's of a call given on

_TALKS = f"FROM talks WHERE over_at >= :a AND over_at < :b {_of('queue', 'agent', 'disposition')} {_OF_CALL}"
_HANDLED = f"SELECT count(*) {_TALKS}"
_EVERY_TALK = "SELECT count(*) FROM talks WHERE over_at >= :a AND over_at < :b"

TALKS = {
    "handled": _HANDLED,
    "handled_out": f"{_HANDLED} AND call_id IN (SELECT id FROM calls WHERE direction = 'outbound')",
    "aht_s": _ratio(f"SELECT sum(talk_s + hold_s + wrap_up_s) {_TALKS}", _HANDLED),
    "att_s": _ratio(f"SELECT sum(talk_s) {_TALKS}", _HANDLED),
    "hold_mean_s": _ratio(f"SELECT sum(hold_s) {_TALKS}", _HANDLED),
    "acw_s": _ratio(f"SELECT sum(wrap_up_s) {_TALKS}", _HANDLED),
    "share": _ratio(_HANDLED, _EVERY_TALK),
}

# ---- agents: offers, and the time that `AGENTS_TIME` makes of the ledger

_OFFERS = f"FROM offers WHERE made_at >= :a AND made_at < :b {_of('agent')}"
_IN_PERIOD = """
    coalesce(sum(CASE WHEN until < :b THEN until ELSE :b END - CASE WHEN since > :a THEN since ELSE :a END), 0)
"""


def _time(*states):
    named = ", ".join(f"'{state}'" for state in states)
    return (
        f"SELECT {_IN_PERIOD} FROM agents_time WHERE since < :b AND until > :a {_of('agent')} AND state IN ({named})"
    )


_EVERY_STATE = (
    "ready", "reserved", "ringing", "talking", "held", "wrap_up", "paused", "other_call", "off_duty", "unreachable",
)  # fmt: skip
_OCCUPIED_OF = _time(*(state for state in _EVERY_STATE if state != "paused"))

AGENTS = {
    "offers": f"SELECT count(*) {_OFFERS}",
    "missed": f"SELECT count(*) {_OFFERS} AND result IN ('no_answer', 'rejected', 'busy', 'unreachable')",
    "transfers": f"SELECT count(*) FROM transfers WHERE at >= :a AND at < :b {_of('agent')}",
    "signed_in_s": _time(*_EVERY_STATE),
    "ready_s": _time("ready"),
    "ringing_s": _time("reserved", "ringing"),
    "talking_s": _time("talking"),
    "held_s": _time("held"),
    "wrapping_s": _time("wrap_up"),
    "paused_s": _time("paused"),
    "other_call_s": _time("other_call"),
    "off_duty_s": _time("off_duty"),
    "unreachable_s": _time("unreachable"),
    "occupied_of_s": _OCCUPIED_OF,
    "occupancy": _ratio(_time("talking", "held", "wrap_up"), _OCCUPIED_OF),
    "occupancy.with_ringing": _ratio(_time("talking", "held", "wrap_up", "reserved", "ringing"), _OCCUPIED_OF),
}

# ---- plans: up to now; what is at work and what is planned meet in `worked_time`

_AT_WORK = tuple(state for state in _EVERY_STATE if state != "paused")


def _planned(condition="1 = 1", table="planned_time"):
    return f"SELECT {_IN_PERIOD} FROM {table} WHERE since < :b AND until > :a {_of('agent')} AND {condition}"


_ADHERENT = f"""SELECT ({_planned("activity = 'work'", "worked_time")}) + ({_planned("activity <> 'work'")})
    - ({_planned("activity <> 'work'", "worked_time")})"""
_WITH_PAID_TIME = "agent IN (SELECT agent FROM planned_time WHERE since < :b AND until > :a AND paid)"

PLANS = {
    "planned_s": _planned(),
    "paid_s": _planned("paid"),
    "adherent_s": _ADHERENT,
    "adherence": _ratio(_ADHERENT, _planned()),
    "utilisation": _ratio(f"{_time(*_EVERY_STATE)} AND {_WITH_PAID_TIME}", _planned("paid")),
}
PLANNED_TIME = """
CREATE TABLE planned_time AS SELECT agent, activity, paid, begin_at AS since,
    CASE WHEN end_at < {now} THEN end_at ELSE {now} END AS until
FROM planned_shifts WHERE begin_at < {now}
"""
WORKED_TIME = f"""
CREATE TABLE worked_time AS SELECT plan.agent, plan.activity,
    CASE WHEN plan.since > own.since THEN plan.since ELSE own.since END AS since,
    CASE WHEN plan.until < own.until THEN plan.until ELSE own.until END AS until
FROM planned_time AS plan JOIN agents_time AS own
    ON own.agent = plan.agent AND own.since < plan.until AND own.until > plan.since
WHERE own.state IN ({", ".join(f"'{state}'" for state in _AT_WORK)})
"""

# ---- surveys: one push a talk, the last answer to each question

_PUSHES = f"FROM survey_pushes WHERE at >= :a AND at < :b {_of('survey', 'queue', 'agent')} {_OF_CALL}"
# What a caller said is no answer on a key; whether the problem is solved is another question.
_ANSWERS = f"""FROM survey_answers WHERE key <> 'voice' AND solved IS NULL AND at >= :a AND at < :b
    {_of("survey", "question", "key", "queue", "agent")} {_OF_CALL}"""
_PUSHED, _ASKED = f"SELECT count(*) {_PUSHES}", f"SELECT count(*) {_ANSWERS}"
_ANSWERED_PUSHES = f"""{_PUSHED} AND EXISTS (
    SELECT 1 FROM survey_answers AS own WHERE own.call_id = survey_pushes.call_id
    AND own.survey = survey_pushes.survey AND own.agent = survey_pushes.agent)"""
_MEAN_SCORE = _ratio(f"SELECT sum(score) {_ANSWERS}", f"SELECT count(score) {_ANSWERS}")

SURVEYS = {
    "surveys_pushed": _PUSHED,
    "surveys_answered": _ANSWERED_PUSHES,
    "answers": _ASKED,
    "csat": _ratio(f"{_ASKED} AND satisfied", _ASKED),
    "csat.mean": _MEAN_SCORE,
    "mean_score": _MEAN_SCORE,
    "response_rate": _ratio(_ANSWERED_PUSHES, _PUSHED),
    "push_rate": _ratio(_PUSHED, _HANDLED),
}

_IF_SOLVED = f"""SELECT count(*) FROM survey_answers WHERE solved IS NOT NULL AND at >= :a AND at < :b
    {_of("survey", "question", "key", "queue", "agent")} {_OF_CALL}"""

RESOLUTION = {
    "resolution_answers": _IF_SOLVED,
    "solved": f"{_IF_SOLVED} AND solved",
    "fcr.survey": _ratio(f"{_IF_SOLVED} AND solved", _IF_SOLVED),
}

# ---- calls: booked to their arrival

_CALLS = f"""FROM calls WHERE arrived_at >= :a AND arrived_at < :b {_of("direction")}
    AND (:number = '*' OR CASE WHEN direction = 'outbound' THEN as_number ELSE dialled END = :number)"""


def _calls(condition="1 = 1", what="count(*)"):
    return f"SELECT {what} {_CALLS} AND {condition}"


_CONTAINED = "flow <> '' AND outcome = 'flow_only'"
_OUTCOMES = {f"calls_{outcome}": outcome for outcome in ("answered", "abandoned", "voicemail", "callback")}
_OUTCOMES |= {outcome: outcome for outcome in ("blocked", "flow_only", "failed", "in_progress")}

CALLS = {
    "calls": _calls(),
    **{figure: _calls(f"outcome = '{outcome}'") for figure, outcome in _OUTCOMES.items()},
    "calls_short": f"""SELECT count(*) FROM (SELECT id {_CALLS} AND outcome = 'abandoned') AS gone WHERE EXISTS (
        SELECT 1 FROM queue_entries AS last WHERE last.call_id = gone.id AND last.waited_s <= last.short_abandon_s
        AND last.seq = (SELECT max(seq) FROM queue_entries AS every WHERE every.call_id = gone.id))""",
    "entered_flow": _calls("flow <> ''"),
    "contained": _calls(_CONTAINED),
    "containment": _ratio(_calls(_CONTAINED), _calls("flow <> ''")),
    "talk_mean_s": _ratio(
        f"SELECT sum(talk_s) FROM talks WHERE call_id IN (SELECT id {_CALLS}) AND ended_at IS NOT NULL",
        _calls("outcome = 'answered'"),
    ),
    "wait_mean_s": _ratio(
        f"SELECT coalesce(sum(waited_s), 0) FROM queue_entries WHERE call_id IN (SELECT id {_CALLS})", _calls()
    ),
    "runs": f"""SELECT count(*) FROM flow_runs WHERE began_at >= :a AND began_at < :b
        {_of("flow", "path", "result")} AND (:version = '*' OR CAST(version AS TEXT) = :version)""",
}

# ---- who called again: by the number shown, in the same queue or (`any`) in whatever queue, within `:days` days

_CONTACT = """{0}.direction = 'inbound' AND {0}.ended_at IS NOT NULL AND {0}.outcome <> 'blocked'
    AND {0}.caller <> '' AND {0}.caller NOT LIKE '%*%'"""
_CONTACTS = f"""FROM calls AS own WHERE own.arrived_at >= :a AND own.arrived_at < :b AND {_CONTACT.format("own")}
    AND (:queue = '*' OR own.queue = :queue) AND (:agent = '*' OR own.agent = :agent)"""
_OTHER = f"""SELECT 1 FROM calls AS other WHERE other.caller = own.caller AND {_CONTACT.format("other")}"""
_LATER = """AND (other.arrived_at > own.arrived_at OR other.arrived_at = own.arrived_at AND other.id > own.id)
    AND other.arrived_at - own.arrived_at <= :days * 86400.0"""
_EARLIER = """AND (other.arrived_at < own.arrived_at OR other.arrived_at = own.arrived_at AND other.id < own.id)
    AND own.arrived_at - other.arrived_at <= :days * 86400.0"""
_HELPED = f"SELECT count(*) {_CONTACTS} AND own.answered"
RESOLVED = f"{_HELPED} AND NOT EXISTS ({_OTHER} {_LATER} AND other.queue = own.queue)"
RESOLVED_ANY = f"{_HELPED} AND NOT EXISTS ({_OTHER} {_LATER})"
_REPEATS = f"SELECT count(*) {_CONTACTS} AND EXISTS ({_OTHER} {_EARLIER})"

REPEATS = {
    "contacts": f"SELECT count(*) {_CONTACTS}",
    "repeats": _REPEATS,
    "repeat_rate": _ratio(_REPEATS, f"SELECT count(*) {_CONTACTS}"),
    "handled_contacts": _HELPED,
    "resolved": RESOLVED,
    "resolved any": RESOLVED_ANY,  # no formula of its own: as `fcr` was asked for
    "fcr": _ratio(RESOLVED, _HELPED),
    "fcr.any": _ratio(RESOLVED_ANY, _HELPED),
}

RECOUNTS = QUEUES | TALKS | AGENTS | PLANS | SURVEYS | RESOLUTION | CALLS | REPEATS

# The time of agents, from the ledger alone: after each of an agent's entries the state is what the last entry of
# every kind that decides it says. `:now` ends what goes on.
_DECIDE = {
    "span": ("AgentSignedIn", "AgentSignedOut"),
    "hand": (
        "AgentSignedIn", "OfferMade", "OfferRang", "OfferFailed", "DialledOut", "DialOutFailed", "Connected", "Held",
        "Resumed", "TalkEnded", "WrapUpBegan", "WrapUpEnded",
    ),
    "intent": ("AgentSignedIn", "AgentReady", "AgentPaused"),
    "other": ("OtherCallBegan", "OtherCallEnded"),
    "shift": ("ShiftBegan", "ShiftEnded"),
    "phone": ("AgentSignedIn", "PhoneLost", "PhoneReached"),
}  # fmt: skip


def _kinds(names):
    return ", ".join(f"'{name}'" for name in names)


_ALL_KINDS = _kinds(sorted({kind for kinds in _DECIDE.values() for kind in kinds}))
_LASTS = ", ".join(
    f"max(CASE WHEN kind IN ({_kinds(kinds)}) THEN seq END) OVER own_way AS {name}" for name, kinds in _DECIDE.items()
)
_JOINS = " ".join(f"LEFT JOIN ledger AS {name} ON {name}.seq = told.{name}" for name in _DECIDE)

AGENTS_TIME = f"""
CREATE TABLE agents_time AS
WITH told AS (
    SELECT agent, at AS since, lead(at) OVER own_way AS until, {_LASTS}
    FROM ledger WHERE agent <> '' AND kind IN ({_ALL_KINDS})
    WINDOW own_way AS (PARTITION BY agent ORDER BY seq)
)
SELECT told.agent, told.since, coalesce(told.until, {{now}}) AS until,
    CASE
        WHEN span.kind IS NULL OR span.kind = 'AgentSignedOut' THEN 'away'
        WHEN hand.kind IN ('OfferMade', 'DialledOut') THEN 'reserved'
        WHEN hand.kind = 'OfferRang' THEN 'ringing'
        WHEN hand.kind IN ('Connected', 'Resumed') THEN 'talking'
        WHEN hand.kind = 'Held' THEN 'held'
        WHEN hand.kind = 'WrapUpBegan' THEN 'wrap_up'
        WHEN intent.kind <> 'AgentReady' THEN 'paused'
        WHEN other.kind = 'OtherCallBegan' THEN 'other_call'
        WHEN shift.kind = 'ShiftEnded' THEN 'off_duty'
        WHEN phone.kind = 'PhoneLost' THEN 'unreachable'
        ELSE 'ready'
    END AS state,
    CASE WHEN intent.body LIKE '%"reason":"lunch"%' THEN 'lunch'
         WHEN intent.body LIKE '%"reason":"training"%' THEN 'training' ELSE '' END AS reason
FROM told {_JOINS}
"""

PAUSED_FOR = f"{_time('paused')} AND reason = :reason"
WAITS_OF_CLASS = _stays("reason = :reason AND waited_s >= :from_s AND (:to_s < 0 OR waited_s < :to_s)")
