"""Customers found by an index of words; trunks that were set up in the pages."""

import sqlalchemy as sa
from alembic import op

from callcenter.store.customer_words import words_of

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PLAIN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_BATCH = 1000


def upgrade() -> None:
    words = op.create_table(
        "customer_words",
        sa.Column("kind", _PLAIN, nullable=False),
        sa.Column("word", _PLAIN, nullable=False),
        sa.Column("customer_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_customer_words_customer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("kind", "word", "customer_id", name=op.f("pk_customer_words")),
    )
    with op.batch_alter_table("customer_words", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customer_words_customer_id"), ["customer_id"], unique=False)
    op.create_table(
        "trunks",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("transport", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("register", sa.Boolean(), nullable=False),
        sa.Column("match", sa.Text(), nullable=False),
        sa.Column("caller_number", sa.String(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_trunks")),
    )
    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customers_changed_at_id"), ["changed_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_customers_tier_name_id"), ["tier", "name", "id"], unique=False)
    _fill(words)


def downgrade() -> None:
    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_customers_tier_name_id"))
        batch_op.drop_index(batch_op.f("ix_customers_changed_at_id"))
    op.drop_table("trunks")
    with op.batch_alter_table("customer_words", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_customer_words_customer_id"))
    op.drop_table("customer_words")


def _fill(words: sa.Table) -> None:
    connection = op.get_bind()
    numbers: dict[int, list[str]] = {}
    for customer_id, number in connection.execute(sa.text("SELECT customer_id, number FROM customer_numbers")):
        numbers.setdefault(customer_id, []).append(number)
    cards = connection.execute(sa.text("SELECT id, name, company FROM customers")).all()
    for begin in range(0, len(cards), _BATCH):
        rows = [
            {"kind": kind, "word": word, "customer_id": customer_id}
            for customer_id, name, company in cards[begin : begin + _BATCH]
            for kind, word in sorted(words_of(name, company, numbers.get(customer_id, ())))
        ]
        if rows:
            connection.execute(words.insert(), rows)
