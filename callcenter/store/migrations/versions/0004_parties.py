"""Calls of several parties: every agent's talk, transfers, who listened; notices, rooms, mismatches."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Calls from before had one talk, with the agent who stands in their row.
_TALKS = """
    INSERT INTO talks (call_id, seq, agent, device, queue, began_at, ended_at, talk_s, hold_s, wrap_up_s, ended_by,
                       disposition, note)
    SELECT calls.id, (SELECT MIN(seq) FROM segments WHERE call_id = calls.id AND kind = 'talk'), calls.agent,
           calls.device, calls.queue, calls.answered_at, calls.ended_at, calls.talk_s, calls.hold_s, calls.wrap_up_s,
           '', calls.disposition, calls.note
    FROM calls
    WHERE calls.agent <> '' AND calls.answered_at IS NOT NULL
          AND EXISTS (SELECT 1 FROM segments WHERE call_id = calls.id AND kind = 'talk')
"""
_CALL_AGENTS = """
    INSERT INTO call_agents (agent, arrived_at, call_id)
    SELECT agent, arrived_at, id FROM calls WHERE agent <> ''
"""


def upgrade() -> None:
    op.create_table(
        "call_agents",
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("arrived_at", sa.Double(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("agent", "arrived_at", "call_id", name=op.f("pk_call_agents")),
    )
    with op.batch_alter_table("call_agents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_agents_call_id"), ["call_id"], unique=False)

    op.create_table(
        "listenings",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("supervisor", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("began_at", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("listened_s", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "seq", name=op.f("pk_listenings")),
    )
    with op.batch_alter_table("listenings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_listenings_supervisor_began_at"), ["supervisor", "began_at"], unique=False
        )

    op.create_table(
        "mismatches",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("interaction", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("mended", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_mismatches")),
    )
    with op.batch_alter_table("mismatches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mismatches_at"), ["at"], unique=False)

    op.create_table(
        "notice_reads",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_notice_reads")),
    )
    with op.batch_alter_table("notice_reads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_reads_notice"), ["notice"], unique=False)

    op.create_table(
        "notices",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_notices")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_at"), ["at"], unique=False)

    op.create_table(
        "room_stays",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("member", sa.String(), nullable=False),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.Double(), nullable=False),
        sa.Column("left_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_room_stays")),
    )
    with op.batch_alter_table("room_stays", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_stays_channel"), ["channel"], unique=False)
        batch_op.create_index(batch_op.f("ix_room_stays_room_joined_at"), ["room", "joined_at"], unique=False)

    op.create_table(
        "talks",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("began_at", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("talk_s", sa.Double(), nullable=False),
        sa.Column("hold_s", sa.Double(), nullable=False),
        sa.Column("wrap_up_s", sa.Double(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("disposition", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "seq", name=op.f("pk_talks")),
    )
    with op.batch_alter_table("talks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_talks_agent_began_at"), ["agent", "began_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_talks_began_at_queue"), ["began_at", "queue"], unique=False)

    op.create_table(
        "transfers",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("to", sa.String(), nullable=False),
        sa.Column("attended", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "seq", name=op.f("pk_transfers")),
    )
    with op.batch_alter_table("transfers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transfers_at"), ["at"], unique=False)

    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.add_column(sa.Column("as_number", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("failure", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("agents", sa.String(), server_default="", nullable=False))

    with op.batch_alter_table("queue_entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("place_at", sa.Double(), nullable=True))

    with op.batch_alter_table("segments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("party", sa.String(), server_default="", nullable=False))

    op.execute(_TALKS)
    op.execute(_CALL_AGENTS)
    op.execute("UPDATE calls SET agents = agent")


def downgrade() -> None:
    with op.batch_alter_table("segments", schema=None) as batch_op:
        batch_op.drop_column("party")

    with op.batch_alter_table("queue_entries", schema=None) as batch_op:
        batch_op.drop_column("place_at")

    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_column("agents")
        batch_op.drop_column("failure")
        batch_op.drop_column("as_number")

    with op.batch_alter_table("transfers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_transfers_at"))

    op.drop_table("transfers")
    with op.batch_alter_table("talks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_talks_began_at_queue"))
        batch_op.drop_index(batch_op.f("ix_talks_agent_began_at"))

    op.drop_table("talks")
    with op.batch_alter_table("room_stays", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_stays_room_joined_at"))
        batch_op.drop_index(batch_op.f("ix_room_stays_channel"))

    op.drop_table("room_stays")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notices_at"))

    op.drop_table("notices")
    with op.batch_alter_table("notice_reads", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_reads_notice"))

    op.drop_table("notice_reads")
    with op.batch_alter_table("mismatches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mismatches_at"))

    op.drop_table("mismatches")
    with op.batch_alter_table("listenings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listenings_supervisor_began_at"))

    op.drop_table("listenings")
    with op.batch_alter_table("call_agents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_agents_call_id"))

    op.drop_table("call_agents")
