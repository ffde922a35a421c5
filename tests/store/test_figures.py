"""Every figure of every report, in each of its variants, against its recount in SQL (`figure_recounts`).

The history has the edges of `edge_history`; what is asked is by day over the doubled hour, by hour, in another zone,
over a month from the roll-ups of months, and between quarters. Each row of a report is recounted with the keys and
bounds of the row.
"""

import math
import re
from datetime import date
from typing import get_args, get_type_hints

import msgspec
import pytest
import sqlalchemy as sa

from callcenter.store.database import writing
from callcenter.store.reports.agents import agents
from callcenter.store.reports.dispositions import dispositions
from callcenter.store.reports.filters import Filters
from callcenter.store.reports.formulas import FORMULAS
from callcenter.store.reports.heat_map import heat_map
from callcenter.store.reports.ivr_paths import ivr_paths
from callcenter.store.reports.numbers import numbers
from callcenter.store.reports.period import between, of_days
from callcenter.store.reports.queue_traffic import queue_traffic
from callcenter.store.reports.repeats import repeats
from callcenter.store.reports.result import Asked
from callcenter.store.reports.surveys import surveys
from callcenter.store.reports.variants import Variants
from callcenter.store.reports.waits import waits
from tests.store import figure_recounts as by_hand
from tests.store import planned_stories
from tests.store.edge_history import FIRST, LAST, NOW, NUMBERS, ZONE
from tests.store.stretch_sums import stretches, summed

PERIODS = {
    "days over the doubled hour": of_days(FIRST, LAST, ZONE, "day"),
    "the hours of its day": of_days(date(2026, 10, 25), date(2026, 10, 25), ZONE, "hour"),
    "quarters of an hour": between(of_days(FIRST, FIRST, ZONE).from_at + 900 * 37, NOW // 900 * 900, ZONE, "month"),
    "days of another zone": of_days(FIRST, LAST, "Asia/Kathmandu", "week"),
    "a whole month": of_days(date(2026, 11, 1), date(2026, 11, 30), ZONE, "month"),
    "years": of_days(date(2025, 1, 1), date(2026, 12, 31), ZONE, "year"),
    "a time before anything": of_days(date(2026, 1, 1), date(2026, 1, 2), ZONE, "day"),
}
VARIANTS = (
    Variants(),
    Variants(service_level="of_answered", abandon_rate="of_offered", occupancy="with_ringing", csat="mean"),
    Variants(service_level="with_abandoned", fcr_category="any", fcr_days=1),
    Variants(service_level="of_offered", fcr_category="any", fcr_days=30),
    Variants(fcr_category="survey"),
)
# Scores are given by people and files kept by the archivist, none of which the history has; their reports are
# recounted where there are some: test_quality_reports.
ELSEWHERE = frozenset(
    {
        *("scores", "score_share", "lowest_score", "fatal_scores", "scores_seen"),
        *("recordings_expected", "recordings_stored", "recordings_missing", "recordings_open"),
        *("recordings_kept_share", "recorded_s", "recordings_held", "recordings_deleted"),
    }
)
REPORTS = (queue_traffic, agents, surveys, ivr_paths, numbers, repeats, dispositions)
KEYS = {"queue", "agent", "number", "direction", "disposition", "survey", "question", "key", "flow"}
ALL = dict.fromkeys((*KEYS, "version", "path", "result"), "*")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kept(request, tmp_path_factory):
    """The history in a database, and a function that asks it: the recount of a figure with what narrows it."""
    from callcenter.store.database import migrate, open_database

    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('figures') / 'callcenter.db'}"
        migrate(url)
    else:
        postgres = request.getfixturevalue("postgres")
        url = postgres.new_url(postgres.template)
    db = open_database(url)
    planned_stories.fill(db)
    with writing(db) as connection:
        connection.execute(sa.text(by_hand.AGENTS_TIME.format(now=NOW)))
        connection.execute(sa.text(by_hand.PLANNED_TIME.format(now=NOW)))
        connection.execute(sa.text(by_hand.WORKED_TIME))
    asking = _Kept(db)
    yield asking
    asking.close()
    db.dispose()


class _Kept:
    def __init__(self, db):
        self.db, self.seen, self._known = db, set(), {}
        self._connection = db.connect()

    def close(self):
        self._connection.close()

    def recount(self, figure, **narrowed):
        """Each different question once."""
        self.seen.add(figure)
        return self.ask(by_hand.RECOUNTS[figure], **narrowed)

    def ask(self, statement, **narrowed):
        used = {name: narrowed[name] for name in set(re.findall(r"(?<!:):(\w+)", statement))}
        key = (statement, *sorted(used.items()))
        if key not in self._known:
            self._known[key] = self._connection.scalar(sa.text(statement), used)
        return self._known[key]

    def rows(self, statement, **bound):
        return self._connection.execute(sa.text(statement), bound).all()


def asked(period, variants=VARIANTS[0], **filters):
    return Asked(period=period, now=NOW, variants=variants, filters=Filters(**filters))


# ---- the registry


def test_every_figure_of_the_registry_has_its_recount():
    own_formula = set(by_hand.RECOUNTS) - {"resolved any"}
    assert own_formula | ELSEWHERE == set(FORMULAS)


def test_every_variant_is_among_those_that_are_asked_for():
    for name, hint in get_type_hints(Variants).items():
        if name != "fcr_days":  # each of its days has a test of its own below
            assert {getattr(each, name) for each in VARIANTS} == set(get_args(hint))


# ---- figures


@pytest.mark.parametrize("period", PERIODS.values(), ids=PERIODS)
def test_every_row_of_every_report_is_its_recount(kept, period):
    for variants in VARIANTS:
        for report in REPORTS:
            _compare(kept, report(kept.db, asked(period, variants)), period, variants)


def test_every_formula_is_met_in_some_row(kept):
    kept.seen.clear()
    for variants in VARIANTS:
        for report in REPORTS:
            period = PERIODS["a whole month"]
            _compare(kept, report(kept.db, asked(period, variants)), period, variants)
    assert set(FORMULAS) - kept.seen == {"wait_percentile_s"} | ELSEWHERE  # of the first `waits` has a table, below


@pytest.mark.parametrize(
    ("report", "filters"),
    [
        (queue_traffic, {"numbers": NUMBERS[:1]}),
        (queue_traffic, {"direction": "inbound"}),
        (agents, {"agents": ("8002",)}),
        (surveys, {"agents": ("8001",)}),
        (numbers, {"direction": "outbound"}),
        (repeats, {"queues": ("sales",)}),
        (repeats, {"agents": ("8003",)}),
    ],
)
def test_what_filters_leave_is_its_recount(kept, report, filters):
    period = PERIODS["days over the doubled hour"]
    told = report(kept.db, asked(period, **filters))
    narrowed = {name.rstrip("s"): one if isinstance(one, str) else one[0] for name, one in filters.items()}
    _compare(kept, told, period, VARIANTS[0], narrowed)


@pytest.mark.parametrize("period", PERIODS.values(), ids=PERIODS)
@pytest.mark.parametrize(
    "filters",
    [
        {"queues": ("service",)},
        {"agents": ("8001",)},
        {"agents": ("",)},
        {"queues": ("sales",), "agents": ("8002",)},
    ],
    ids=["a queue", "an agent", "calls without an agent", "an agent in a queue"],
)
def test_repeats_of_a_queue_and_of_an_agent_are_their_recount(kept, period, filters):
    narrowed = {name.rstrip("s"): names[0] for name, names in filters.items()}
    for variants in VARIANTS:
        told = repeats(kept.db, asked(period, variants, **filters))
        _compare(kept, told, period, variants, narrowed)
        binds = ALL | {"a": period.from_at, "b": period.to_at} | narrowed
        for rows, key in ((told.by_queue, "queue"), (told.by_agent, "agent")):
            names = {getattr(row, key) for row in rows}
            assert key not in narrowed or names <= {narrowed[key]}
            rest = sum(row.handled_contacts for row in rows)
            assert rest == kept.recount("handled_contacts", **binds)


def test_repeats_of_several_are_the_sum_of_each(kept):
    period = PERIODS["a whole month"]
    both = repeats(kept.db, asked(period, queues=("sales", "service"), agents=("8001", "8003"))).total
    each = [
        repeats(kept.db, asked(period, queues=(queue,), agents=(agent,))).total
        for queue in ("sales", "service")
        for agent in ("8001", "8003")
    ]
    for name in ("contacts", "repeats", "handled_contacts", "resolved"):
        assert getattr(both, name) == sum(getattr(one, name) for one in each) > 0


def _compare(kept, told, period, variants, narrowed=None):
    for where, row, own in _rows(told, period):
        binds = ALL | {"days": variants.fcr_days} | (narrowed or {}) | own
        for name in row.__struct_fields__:
            if name in told.formulas:
                figure = _recounted(told.formulas[name].formula, variants)
                wanted = kept.recount(figure, **binds)
                assert _same(getattr(row, name), wanted, name), (where, own, name, getattr(row, name), wanted)


def _recounted(figure, variants):
    return "resolved any" if figure == "resolved" and variants.fcr_category == "any" else figure


def _same(told, wanted, name):
    if told is None or wanted is None:
        return told is wanted or (told is None and not wanted)
    if isinstance(told, int):
        return told == wanted
    return told == pytest.approx(float(wanted), rel=1e-6, abs=2e-3 if name.endswith("_s") else 1e-6)


def _rows(told, period):
    """(where it stands, the row, its keys and bounds) of the report itself and all its lists, nested ones too."""
    whole = {"a": period.from_at, "b": period.to_at}
    yield "the report", told, whole
    for name in told.__struct_fields__:
        if name not in ("asked", "formulas", "discrepancies"):
            yield from _nested(name, getattr(told, name), whole)


def _nested(where, value, own):
    if isinstance(value, tuple):
        for each in value:
            yield from _nested(where, each, own)
    elif isinstance(value, msgspec.Struct):
        fields = msgspec.structs.asdict(value)
        own = own | {name: str(fields[name]) for name in KEYS & set(fields)}
        if "path" in fields:
            own |= {"path": fields["path"], "version": str(fields["version"]), "result": fields["result"]}
        if "from_at" in fields:
            own |= {"a": fields["from_at"], "b": fields["to_at"]}
        if "begin" not in fields:  # a hop is no run: test_flow_ways
            yield where, value, own
        for name, inner in fields.items():
            yield from _nested(f"{where}.{name}", inner, own)


# ---- what is no single figure


@pytest.mark.parametrize("days", range(1, 31))
@pytest.mark.parametrize("category", ["queue", "any"])
def test_first_call_resolution_within_each_window(kept, days, category):
    period = PERIODS["days over the doubled hour"]
    told = repeats(kept.db, asked(period, Variants(fcr_days=days, fcr_category=category)))
    binds = ALL | {"a": period.from_at, "b": period.to_at, "days": days}
    helped = kept.recount("handled_contacts", **binds)
    resolved = kept.recount("resolved" if category == "queue" else "resolved any", **binds)
    assert (told.total.handled_contacts, told.total.resolved) == (helped, resolved)
    assert told.by_days[days - 1] == helped - resolved


def test_the_borders_of_windows_are_in_the_history(kept):
    """Else the test before could not fail at them."""
    gaps = {
        row[0]
        for row in kept.rows(
            "SELECT b.arrived_at - a.arrived_at FROM calls a JOIN calls b ON b.caller = a.caller AND b.caller <> ''"
            " AND b.arrived_at > a.arrived_at WHERE a.answered"
        )
    }
    assert {days * 86400.0 + off for days in (1, 7, 30) for off in (-0.5, 0.0, 0.5)} <= gaps


@pytest.mark.parametrize("name", ["days over the doubled hour", "days of another zone", "a whole month"])
def test_classes_of_waits_and_their_percentiles(kept, name):
    period = PERIODS[name]
    told = waits(kept.db, asked(period))
    for of in (told.total, *told.by_queue):
        binds = ALL | {"a": period.from_at, "b": period.to_at} | ({"queue": of.queue} if of.queue else {})
        for each in of.classes:
            bounds = {"from_s": each.from_s, "to_s": -1.0 if each.to_s is None else each.to_s}
            for reason in ("answered", "abandoned"):
                counted = kept.ask(by_hand.WAITS_OF_CLASS, reason=reason, **bounds, **binds)
                assert getattr(each, reason) == counted, (of.queue, each, reason)
        for each in of.percentiles:
            rank = math.ceil(each.share * of.answered) - 1
            true_s = kept.recount("wait_percentile_s", rank=rank, **binds)
            assert each.error_s is None or abs(each.wait_s - true_s) <= each.error_s + 1e-9, (of.queue, each, true_s)


def test_arrivals_by_weekday_and_hour_of_the_local_clock(kept):
    """Central Europe is two hours ahead until the doubled hour is over, then one."""
    period = PERIODS["days over the doubled hour"]
    there = "entered_at + CASE WHEN entered_at < 1792890000 THEN 7200 ELSE 3600 END"
    day, hour = f"CAST(floor(({there}) / 86400) AS INTEGER)", f"CAST(floor(({there}) / 3600) AS INTEGER)"
    counted = {
        (weekday, hour): number
        for weekday, hour, number in kept.rows(
            f"SELECT ({day} + 3) % 7, {hour} % 24, count(*) FROM queue_entries WHERE source <> 'callback'"
            " AND entered_at >= :a AND entered_at < :b GROUP BY 1, 2",
            a=period.from_at,
            b=period.to_at,
        )
    }
    cells = {(cell.weekday, cell.hour): cell.offered for cell in heat_map(kept.db, asked(period)).cells}
    assert {place: number for place, number in cells.items() if number} == counted
    assert counted[6, 2]  # the doubled hour is one


@pytest.mark.parametrize("name", ["days over the doubled hour", "quarters of an hour"])
def test_pauses_by_reason(kept, name):
    period = PERIODS[name]
    for row in agents(kept.db, asked(period)).by_agent:
        assert row.pauses_s or row.agent == planned_stories.NEVER_CAME
        for reason, paused_s in row.pauses_s.items():
            binds = ALL | {"a": period.from_at, "b": period.to_at, "agent": row.agent, "reason": reason}
            assert paused_s == pytest.approx(kept.ask(by_hand.PAUSED_FOR, **binds), abs=2e-3)


def test_the_times_of_agents_are_the_sum_of_their_stretches(kept):
    """The whole of it, of all periods, is in test_time_behind."""
    question = asked(PERIODS["the hours of its day"])
    total = agents(kept.db, question).total
    for figure in ("ready_s", "talking_s", "paused_s", "occupancy", "adherent_s", "adherence", "utilisation"):
        found = stretches(kept.db, question, figure)[1]
        assert summed(figure, found) == pytest.approx(getattr(total, figure), rel=1e-12), figure


@pytest.mark.parametrize("narrowed", [{}, {"queue": "sales"}, {"agent": "8001"}, {"queue": "sales", "agent": "8003"}])
def test_calls_too_young_for_their_window_are_unsettled(kept, narrowed):
    period = PERIODS["days over the doubled hour"]
    now = period.to_at + 2 * 86400.0
    filters = {f"{key}s": (name,) for key, name in narrowed.items()}
    told = repeats(kept.db, msgspec.structs.replace(asked(period, **filters), now=now))
    young = ALL | {"a": max(now - 7 * 86400.0, period.from_at), "b": period.to_at} | narrowed
    assert told.unsettled == kept.recount("handled_contacts", **young) > 0


def test_nothing_is_asked_of_a_history_without_it(kept):
    """Each figure is more than nought somewhere, or its recount would say little."""
    whole = ALL | {"a": PERIODS["years"].from_at, "b": PERIODS["years"].to_at, "days": 7, "rank": 60}
    assert [figure for figure in by_hand.RECOUNTS if not kept.ask(by_hand.RECOUNTS[figure], **whole)] == []
