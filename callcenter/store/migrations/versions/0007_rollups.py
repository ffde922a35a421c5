"""Roll-ups by quarter, day and month; contacts of callers; when a talk is over; surveys that were pushed; legs."""

from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

from callcenter.store.rollups import keeper

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BATCH = 5000
_EXITS = ("answered", "abandoned", "overflow", "voicemail", "callback", "timeout", "system")
_TALKS = ("handled", "talk_ms", "hold_ms", "wrap_up_ms")
_SURVEYS = ("surveys_pushed", "surveys_answered", "answers", "satisfied", "scored", "score_milli")
_STATES = (
    "signed_in_ms", "ready_ms", "ringing_ms", "talking_ms", "held_ms", "wrapping_ms", "paused_ms", "other_call_ms",
    "off_duty_ms", "unreachable_ms",
)  # fmt: skip
_OUTCOMES = ("answered", "abandoned", "voicemail", "callback", "blocked", "flow_only", "failed", "in_progress")


def _numbered(*names: str, first: int, last: int) -> tuple[str, ...]:
    return tuple(f"{name}_{number:02}" for name in names for number in range(first, last + 1))


_QUEUE = (
    "offered", *_EXITS, "waiting", "within", "short", "abandoned_within", "wait_ms", "abandoned_wait_ms",
    *_TALKS, *_SURVEYS, "longest_ms",
)  # fmt: skip
_NUMBER = ("calls", *_OUTCOMES, "short", "entered_flow", "contained", "wait_ms", "talk_ms", "hold_ms")
_ANSWERS = ("surveys_pushed", "surveys_answered", "answers", "satisfied", "dissatisfied", "scored", "score_milli")
_BEFORE = ("contacts", "handled_contacts", *_numbered("before", "again", "again_any", first=1, last=30))
_ALL = ("quarters", "days", "months")
_TABLES: tuple[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    ("queue", ("queue",), _QUEUE, _ALL),
    ("agent", ("agent",), (*_STATES, "offers", "missed", "handled_out", "transfers", *_TALKS, *_SURVEYS), _ALL),
    ("pause", ("agent", "reason"), ("paused_ms", "pauses"), _ALL),
    ("number", ("number", "direction"), _NUMBER, _ALL),
    ("disposition", ("queue", "disposition"), _TALKS, _ALL),
    ("survey", ("survey", "question", "pressed", "queue"), _ANSWERS, _ALL),
    ("wait", ("queue",), _numbered("answered", "abandoned", first=0, last=23), ("days", "months")),
    ("hour", ("queue",), _numbered("hour", first=0, last=23), ("days",)),
    ("repeat", ("queue",), _BEFORE, ("days", "months")),
    ("agent_repeat", ("agent",), ("handled_contacts", *_numbered("again", "again_any", first=1, last=30)),
     ("days", "months")),
)  # fmt: skip
_TEXT: sa.String = sa.String()
_TIME: sa.Double[float] = sa.Double()


def upgrade() -> None:
    with op.batch_alter_table("talks") as talks:
        talks.add_column(sa.Column("over_at", _TIME))
        talks.drop_index("ix_talks_began_at_queue")
        talks.create_index("ix_talks_over_at_queue", ["over_at", "queue"])
        talks.create_index("ix_talks_agent_over_at", ["agent", "over_at"])
    op.execute("UPDATE talks SET over_at = ended_at + wrap_up_s WHERE ended_at IS NOT NULL")
    for name, keys, measures, levels in _TABLES:
        for level in levels:
            _rollup(f"{name}_{level}", keys, measures)
    _parts()
    _contacts()
    _fill(op.get_bind())


def downgrade() -> None:
    for name in ("unprojected", "contacts", "rollup_state", "legs", "survey_pushes"):
        op.drop_table(name)
    for name, _, _, levels in _TABLES:
        for level in levels:
            op.drop_table(f"{name}_{level}")
    with op.batch_alter_table("talks") as talks:
        talks.drop_index("ix_talks_agent_over_at")
        talks.drop_index("ix_talks_over_at_queue")
        talks.create_index("ix_talks_began_at_queue", ["began_at", "queue"])
        talks.drop_column("over_at")


def _rollup(name: str, keys: tuple[str, ...], measures: tuple[str, ...]) -> None:
    op.create_table(
        name,
        sa.Column("slot", sa.BigInteger(), nullable=False, autoincrement=False),
        *(sa.Column(key, _TEXT, nullable=False) for key in keys),
        *(sa.Column(measure, sa.BigInteger(), nullable=False, server_default="0") for measure in measures),
        sa.PrimaryKeyConstraint("slot", *keys, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def _parts() -> None:
    op.create_table(
        "survey_pushes",
        *_of_call(),
        sa.Column("at", _TIME, nullable=False),
        *(sa.Column(name, _TEXT, nullable=False) for name in ("survey", "agent", "queue")),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "seq", name=op.f("pk_survey_pushes")),
    )
    op.create_index(op.f("ix_survey_pushes_at"), "survey_pushes", ["at"])
    op.create_table(
        "legs",
        *_of_call(),
        *(sa.Column(name, _TEXT, nullable=False) for name in ("channel", "role", "agent", "device")),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("closed_at", _TIME),
        sa.Column("cause", sa.Integer()),
        sa.PrimaryKeyConstraint("call_id", "seq", name=op.f("pk_legs")),
    )


def _of_call() -> list[sa.Column[Any]]:
    return [sa.Column("call_id", _TEXT, nullable=False), sa.Column("seq", sa.BigInteger(), nullable=False)]


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("call_id", _TEXT, nullable=False),
        sa.Column("caller", _TEXT, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("queue", _TEXT, nullable=False),
        sa.Column("agent", _TEXT, nullable=False),
        sa.Column("handled", sa.Boolean(), nullable=False),
        *(sa.Column(name, _TIME) for name in ("before_s", "again_s", "again_any_s")),
        sa.Column("within_30_days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_caller_at_call_id"), "contacts", ["caller", "at", "call_id"])
    op.create_index(op.f("ix_contacts_within_30_days_at"), "contacts", ["within_30_days", "at"])
    op.create_index(op.f("ix_contacts_at_queue"), "contacts", ["at", "queue"])
    op.create_table(
        "rollup_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("zone", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollup_state")),
    )
    op.create_table(
        "unprojected",
        sa.Column("seq", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_unprojected")),
    )


# ---- what was there before


def _fill(connection: sa.Connection) -> None:
    _read(connection, "SurveyOffered", _pushed)
    _read(connection, "LegOpened", _opened)
    _close_legs(connection)
    body = connection.scalar(sa.text("SELECT document FROM centre_versions ORDER BY version DESC LIMIT 1"))
    if body:
        keeper.set_zone(connection, msgspec.json.decode(body)["zone"])


def _read(connection: sa.Connection, kind: str, keep: Any) -> None:
    query = sa.text(
        "SELECT seq, interaction, at, body FROM ledger WHERE kind = :kind AND seq > :after ORDER BY seq LIMIT :n"
    )
    after = -1
    while rows := connection.execute(query, {"kind": kind, "after": after, "n": _BATCH}).all():
        keep(connection, [(row, msgspec.json.decode(row.body)) for row in rows])
        after = rows[-1].seq


def _pushed(connection: sa.Connection, rows: list[tuple[Any, dict[str, Any]]]) -> None:
    statement = sa.text(
        "INSERT INTO survey_pushes (call_id, seq, at, survey, agent, queue, answers) SELECT :call_id, :seq, :at, "
        ":survey, :agent, :queue, (SELECT count(*) FROM survey_answers a WHERE a.call_id = :call_id AND "
        "a.survey = :survey AND a.agent = :agent) WHERE NOT EXISTS (SELECT 1 FROM survey_pushes p WHERE "
        "p.call_id = :call_id AND p.survey = :survey AND p.agent = :agent)"
    ).bindparams(sa.bindparam("call_id", type_=_TEXT), sa.bindparam("survey", type_=_TEXT),
                 sa.bindparam("agent", type_=_TEXT), sa.bindparam("queue", type_=_TEXT))  # fmt: skip
    for row, event in rows:
        values = {name: event[name] for name in ("survey", "agent", "queue")}
        connection.execute(statement, {"call_id": row.interaction, "seq": row.seq, "at": row.at, **values})


def _opened(connection: sa.Connection, rows: list[tuple[Any, dict[str, Any]]]) -> None:
    statement = sa.text(
        "INSERT INTO legs (call_id, seq, channel, role, agent, device, opened_at) "
        "VALUES (:call_id, :seq, :channel, :role, :agent, :device, :at)"
    )
    values = [
        {
            "call_id": row.interaction,
            "seq": row.seq,
            "at": row.at,
            "channel": event["channel"],
            "role": event["role"],
            "agent": event.get("agent", ""),
            "device": event.get("device") or "",
        }
        for row, event in rows
    ]
    connection.execute(statement, values)


def _close_legs(connection: sa.Connection) -> None:
    statement = sa.text(
        "UPDATE legs SET closed_at = :at, cause = :cause WHERE call_id = :call_id AND channel = :channel "
        "AND seq < :seq AND closed_at IS NULL"
    )

    def closed(connection: sa.Connection, rows: list[tuple[Any, dict[str, Any]]]) -> None:
        values = [
            {
                "call_id": row.interaction,
                "seq": row.seq,
                "at": row.at,
                "channel": event["channel"],
                "cause": event["cause"],
            }
            for row, event in rows
        ]
        connection.execute(statement, values)

    _read(connection, "LegClosed", closed)
