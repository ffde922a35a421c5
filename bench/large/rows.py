"""The rows of the calls that were drawn, by SQL alone, the same statements for every database.

Entries of the ledger are numbered as if they were there: `ENTRIES_A_CALL` a call.
"""

from bench.large.centre import (
    AGENTS,
    BUSY_DAYS,
    DETAILED,
    ENTRIES_A_CALL,
    FEW_ROUNDS,
    FLOW,
    QUESTION,
    SURVEY,
    Made,
)

_S = f"i * {ENTRIES_A_CALL}"
_ANSWERED = "outcome = 'answered'"
_QUEUED = "outcome <> 'flow_only'"
_GIVEN = "outcome = 'answered' AND given = 1"  # by `other`, after a quarter of the talk
_ENTERED, _CONNECTED = "at + 20", "at + 20 + waited"
_EARLY = f"CASE WHEN {_GIVEN} THEN FLOOR(talk * 2) / 8 ELSE 0.0 END"
_TALKED = "at + 20 + waited + talk + held"  # until
_ENDED = f"{_TALKED} + CASE WHEN survey < 4 THEN 12 ELSE 0 END"
_NOTE = (
    "CASE WHEN noted = 1 THEN 'asked for an invoice of order ' || i || ', sent by mail, will call again' ELSE '' END"
)
_SHA = "'9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d' || (100000000000 + i)"
_PICK = (
    """'{"strategy":"longest_idle","candidates":["' || agent || '","' || other || '"],"waited_s":' || waited || """
    """',"credit_s":0.0,"ahead":1,"ready":2,"lacking":0,"excluded":{"talking":11,"wrap_up":3,"paused":2},"level":10}'"""
)

# In this order; of a call that nobody answered `talk`, `held` and `wrap` are nothing, and `survey` is 4.
CALLS = (
    ("calls", f"""SELECT id, at, {_ENDED}, caller, '', customer, number, 'zh-CN', 'live', '{FLOW}',
        CASE WHEN {_QUEUED} THEN queue ELSE '' END, CASE WHEN {_ANSWERED} THEN agent ELSE '' END,
        CASE WHEN {_ANSWERED} THEN 'web' ELSE '' END, {_ANSWERED}, CASE WHEN {_ANSWERED} THEN {_CONNECTED} END,
        waited, talk, held, wrap + CASE WHEN {_GIVEN} THEN 5 ELSE 0 END, 'caller',
        CASE WHEN {_ANSWERED} THEN 'talking' WHEN {_QUEUED} THEN 'waiting' ELSE 'flow' END, 16,
        outcome, outcome = 'abandoned' AND waited <= 5, CASE WHEN {_ANSWERED} THEN disposition ELSE '' END,
        CASE WHEN {_ANSWERED} THEN {_NOTE} ELSE '' END, CASE WHEN survey < 4 THEN '{SURVEY}' ELSE '' END,
        CASE survey WHEN 0 THEN 5.0 WHEN 1 THEN 3.0 WHEN 2 THEN 1.0 END,
        CASE survey WHEN 0 THEN TRUE WHEN 1 THEN FALSE WHEN 2 THEN FALSE END,
        CASE WHEN {_ANSWERED} THEN 'stored' ELSE 'none' END, 'inbound', '', '', '', '',
        CASE WHEN {_GIVEN} THEN other || ',' || agent WHEN {_ANSWERED} THEN agent ELSE '' END
        FROM drawn"""),
    ("call_agents", f"SELECT agent, at, id FROM drawn WHERE {_ANSWERED}"),
    ("call_agents", f"SELECT other, at, id FROM drawn WHERE {_GIVEN} AND other <> agent"),
    ("queue_entries", f"""SELECT id, {_S} + 6, queue, {_ENTERED}, {_CONNECTED}, outcome, waited,
        CASE WHEN {_GIVEN} THEN other WHEN {_ANSWERED} THEN agent ELSE '' END, 20.0, 5.0, 'live', 0.0, '', '',
        NULL, NULL, NULL FROM drawn WHERE {_QUEUED}"""),
    ("offers", f"""SELECT id, {_S} + 7, id || 'o1', other, 'web', queue, {_ENTERED}, {_ENTERED} + 0.5, NULL,
        {_CONNECTED}, 'no_answer' FROM drawn WHERE {_ANSWERED} AND missed = 1"""),
    ("offers", f"""SELECT id, {_S} + 8, id || 'o2', CASE WHEN {_GIVEN} THEN other ELSE agent END, 'web', queue,
        {_CONNECTED} - 3, {_CONNECTED} - 2.5, {_CONNECTED}, {_CONNECTED}, 'answered'
        FROM drawn WHERE {_ANSWERED}"""),
    ("talks", f"""SELECT id, {_S} + 10, other, 'web', queue, {_CONNECTED}, {_CONNECTED} + {_EARLY}, {_EARLY}, 0.0,
        5.0, 'transferred', '', '', {_CONNECTED} + {_EARLY} + 5 FROM drawn WHERE {_GIVEN}"""),
    ("talks", f"""SELECT id, {_S} + 13, agent, 'web', queue, {_CONNECTED} + {_EARLY}, {_TALKED}, talk - {_EARLY},
        held, wrap, 'caller', disposition, {_NOTE}, {_TALKED} + wrap FROM drawn WHERE {_ANSWERED}"""),
    ("transfers", f"""SELECT id, {_S} + 12, {_CONNECTED} + {_EARLY}, other, 'agent', agent, FALSE, ''
        FROM drawn WHERE {_GIVEN}"""),
    ("survey_pushes", f"""SELECT id, {_S} + 16, {_TALKED}, '{SURVEY}', agent, queue,
        CASE WHEN survey < 3 THEN 1 ELSE 0 END FROM drawn WHERE survey < 4"""),
    ("survey_answers", f"""SELECT id, {_S} + 18, {_TALKED} + 6, '{SURVEY}', '{QUESTION}',
        CASE survey WHEN 0 THEN '1' WHEN 1 THEN '2' ELSE '3' END,
        CASE survey WHEN 0 THEN 5.0 WHEN 1 THEN 3.0 ELSE 1.0 END, survey = 0, agent, queue, NULL
        FROM drawn WHERE survey < 3"""),
    ("flow_runs", f"""SELECT id, {_S} + 2, '{FLOW}', CASE WHEN i % 5 < 2 THEN 1 ELSE 2 END, at, {_ENTERED},
        CASE WHEN {_QUEUED} THEN 'queue' ELSE 'hangup' END, path FROM drawn"""),
    ("flow_runs", f"""SELECT id, {_S} + 17, '{SURVEY}', 1, {_TALKED}, {_TALKED} + 12, 'hangup', '{QUESTION}'
        FROM drawn WHERE survey < 4"""),
)  # fmt: skip
# What no report reads and one call shows: of the newest calls alone.
DETAILS = (
    ("segments", f"""SELECT id, {_S} + 2, 'flow', at, {_ENTERED}, '', '', '{FLOW}',
        CASE WHEN {_QUEUED} THEN 'queue' ELSE 'hangup' END, '' FROM drawn WHERE i >= {{first}}"""),
    ("segments", f"""SELECT id, {_S} + 6, 'queue', {_ENTERED}, {_CONNECTED}, '', queue, '', outcome, ''
        FROM drawn WHERE i >= {{first}} AND {_QUEUED}"""),
    ("segments", f"""SELECT id, {_S} + 10, 'talk', {_CONNECTED}, {_TALKED}, agent, queue, '', 'caller', ''
        FROM drawn WHERE i >= {{first}} AND {_ANSWERED}"""),
    ("segments", f"""SELECT id, {_S} + 11, 'hold', {_CONNECTED} + 10, {_CONNECTED} + 10 + held, agent, queue, '',
        '', '' FROM drawn WHERE i >= {{first}} AND held > 0"""),
    ("segments", f"""SELECT id, {_S} + 17, 'survey', {_TALKED}, {_TALKED} + 12, '', '', '{SURVEY}', 'hangup', ''
        FROM drawn WHERE i >= {{first}} AND survey < 4"""),
    ("legs", f"""SELECT id, {_S} + 1, 'PJSIP/carrier-' || (10000000 + i), 'customer', '', '', at, {_ENDED}, 16
        FROM drawn WHERE i >= {{first}}"""),
    ("legs", f"""SELECT id, {_S} + 9, 'PJSIP/' || agent || '-' || (10000000 + i), 'agent', agent, 'web',
        {_CONNECTED} - 3, {_TALKED}, 16 FROM drawn WHERE i >= {{first}} AND {_ANSWERED}"""),
    ("key_presses", f"""SELECT id, {_S} + 4, at + 12, '{FLOW}', 'menu', "key", TRUE
        FROM drawn WHERE i >= {{first}}"""),
    ("key_presses", f"""SELECT id, {_S} + 18, {_TALKED} + 6, '{SURVEY}', '{QUESTION}',
        CASE survey WHEN 0 THEN '1' WHEN 1 THEN '2' ELSE '3' END, TRUE
        FROM drawn WHERE i >= {{first}} AND survey < 3"""),
    ("recordings", f"""SELECT id, {_S} + 11, '2026/11/28/' || id || '.wav', 'stored', {_CONNECTED}, {_TALKED} + 1,
        talk + held, CAST((talk + held) * 32000 AS BIGINT), {_SHA}
        FROM drawn WHERE i >= {{first}} AND {_ANSWERED}"""),
    ("picks", f"""SELECT id, {_S} + 8, {_CONNECTED} - 3, 'offer', queue, agent, {_PICK}
        FROM drawn WHERE i >= {{first}} AND {_ANSWERED}"""),
)  # fmt: skip

# What an agent does in a round, from which share of it on; every eighth round begins with a pause.
_ROUND = (("ready", 0.0), ("reserved", 0.45), ("ringing", 0.452), ("talking", 0.458), ("wrap_up", 0.83))
_SHIFT_S, _BEGINS_S = 43200, 28800
TABLES = (*dict.fromkeys(table for table, _ in (*CALLS, *DETAILS)), "agent_intervals", "contacts")


def details(made: Made) -> list[tuple[str, str]]:
    first = max(made.calls - DETAILED, 0)
    return [(table, select.replace("{first}", str(first))) for table, select in DETAILS]


def customers(made: Made) -> list[tuple[str, str]]:
    """A card for each of those who call most."""
    count = made.calls // 20
    cards = _series(count)
    return [
        ("customers", f"""SELECT n + 1, 'customer ' || n, 'normal', '', '', '', '', 'zh-CN', {made.began_at!r},
            {made.began_at!r} FROM ({cards}) c"""),
        ("customer_numbers", f"""SELECT n + 1, '+8613' || SUBSTR(CAST(1000000000 + n AS VARCHAR(12)), 2), '', 0
            FROM ({cards}) c"""),
    ]  # fmt: skip


def intervals(made: Made) -> list[tuple[str, str]]:
    """From 8:00 to 20:00, a round for every call that an agent has a day; for lack of room seven a day at most in the
    days before the newest. For few calls, of the newest days alone."""
    first = made.days - min(made.days, max(made.calls // 1000, 3))
    busy = max(first, made.days - BUSY_DAYS)
    rounds = max(round(made.calls / made.days / len(AGENTS)), 1)
    spans = f"({_series(made.days - first)}) d CROSS JOIN ({_series(len(AGENTS))}) a"
    begins = _begins(made, first)
    return [
        *((("agent_intervals", _rounds(made, first, busy, min(rounds, FEW_ROUNDS))),) if first < busy else ()),
        ("agent_intervals", _rounds(made, busy, made.days, rounds)),
        ("agent_intervals", f"""SELECT CAST(8001 + a.n AS VARCHAR(8)), (d.n + {first}) * 1000, 'signed_in', {begins},
            {begins} + {_SHIFT_S}, '', '', '', '' FROM {spans}"""),
    ]  # fmt: skip


def _rounds(made: Made, first: int, last: int, rounds: int) -> str:
    length = _SHIFT_S / rounds
    at = " ".join(f"WHEN {place} THEN {share * length!r}" for place, (_, share) in enumerate(_ROUND))
    until = " ".join(f"WHEN {place} THEN {share * length!r}" for place, (_, share) in enumerate(_ROUND[1:]))
    state = " ".join(f"WHEN {place} THEN '{name}'" for place, (name, _) in enumerate(_ROUND))
    pause = "(b.n % 40) = 0"
    begin, end = (f"{_begins(made, first)} + FLOOR({n} * {length!r} * 8) / 8" for n in ("(b.n / 5)", "(b.n / 5 + 1)"))
    return f"""SELECT CAST(8001 + a.n AS VARCHAR(8)), (d.n + {first}) * 1000 + b.n + 1,
        CASE WHEN {pause} THEN 'paused' ELSE CASE b.n % 5 {state} END END,
        {begin} + FLOOR((CASE b.n % 5 {at} END) * 8) / 8,
        CASE WHEN b.n % 5 = 4 THEN {end} ELSE {begin} + FLOOR((CASE b.n % 5 {until} END) * 8) / 8 END,
        CASE WHEN {pause} THEN CASE (b.n / 40) % 3 WHEN 0 THEN 'break' WHEN 1 THEN 'lunch' ELSE 'training' END
        ELSE '' END, '', '', CASE WHEN b.n % 5 = 0 THEN '' ELSE 'queue-' || (10 + a.n % 50) END
        FROM ({_series(last - first)}) d CROSS JOIN ({_series(len(AGENTS))}) a CROSS JOIN ({_series(rounds * 5)}) b"""


def _begins(made: Made, first: int) -> str:
    return f"({made.began_at + first * 86400 + _BEGINS_S!r} + d.n * 86400)"


def _series(count: int) -> str:
    """Of `n` from nothing on."""
    return f"WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < {count - 1}) SELECT n FROM s"
