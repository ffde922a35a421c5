"""Greetings of mailboxes are called as they are played: greeting_<mailbox>."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """queue-support-greeting, agent-8001-greeting: 6 characters before the mailbox's id, 9 behind it."""
    op.execute(
        "UPDATE prompt_versions SET prompt = 'greeting_' || substr(prompt, 7, length(prompt) - 15)"
        " WHERE prompt LIKE 'queue-%-greeting' OR prompt LIKE 'agent-%-greeting'"
    )


def downgrade() -> None:
    """Agents have numbers; greetings for certain times were not known."""
    op.execute("DELETE FROM prompt_versions WHERE prompt LIKE 'greeting%.busy' OR prompt LIKE 'greeting%.away'")
    op.execute(
        "UPDATE prompt_versions SET prompt = CASE WHEN substr(prompt, 10, 1) BETWEEN '0' AND '9'"
        " THEN 'agent-' ELSE 'queue-' END || substr(prompt, 10) || '-greeting'"
        " WHERE substr(prompt, 1, 9) = 'greeting_'"
    )
