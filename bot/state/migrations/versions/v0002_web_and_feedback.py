"""The web page's answers on their way, its ended sessions, and feedback."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "web_answer",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("conversation", sa.String(255), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("made", sa.Float, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("web_answer_by_conversation", "web_answer", ["conversation", "id"])
    op.create_index("ix_web_answer_made", "web_answer", ["made"])
    op.create_table(
        "ended_session",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("ended", sa.Float, nullable=False),
    )
    op.create_index("ix_ended_session_ended", "ended_session", ["ended"])
    op.create_table(
        "feedback",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("knowledge", sa.String(64), nullable=False),
        sa.Column("given", sa.Float, nullable=False),
    )
    op.create_index("ix_feedback_given", "feedback", ["given"])


def downgrade() -> None:
    """Drop the tables."""
    for table in ("feedback", "ended_session", "web_answer"):
        op.drop_table(table)
