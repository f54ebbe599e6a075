"""The first tables: conversations, their events, message ids, buttons."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "conversation",
        sa.Column("id", sa.String(255), primary_key=True),
        sa.Column("turns", sa.Integer, nullable=False),
        sa.Column("slots", sa.Text, nullable=False),
        sa.Column("updated", sa.Float, nullable=False),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("conversation", sa.String(255), nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
    )
    op.create_index("event_by_turn", "event", ["conversation", "turn"])
    op.create_table(
        "seen_message",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("seen", sa.Float, nullable=False),
    )
    op.create_index("ix_seen_message_seen", "seen_message", ["seen"])
    op.create_table(
        "button",
        sa.Column("token", sa.String(64), primary_key=True),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("offered", sa.Float, nullable=False),
    )
    op.create_index("ix_button_offered", "button", ["offered"])


def downgrade() -> None:
    """Drop the tables."""
    for table in ("button", "seen_message", "event", "conversation"):
        op.drop_table(table)
