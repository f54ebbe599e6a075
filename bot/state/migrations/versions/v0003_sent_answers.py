"""Which answer a message in Teams held."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "sent_answer",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("answered", sa.Text, nullable=False),
        sa.Column("sent", sa.Float, nullable=False),
    )
    op.create_index("ix_sent_answer_sent", "sent_answer", ["sent"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("sent_answer")
