"""A line of the audit trail says how the deed ended: the HTTP status it was answered with."""

from alembic import op
from sqlalchemy import Column, Integer

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("audit", Column("status", Integer(), nullable=False, server_default="0"))
