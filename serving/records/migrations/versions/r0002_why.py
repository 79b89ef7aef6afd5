"""What a decision rested on is kept with it: everything that was ranked, and the customer as the model saw them."""

from alembic import op
from sqlalchemy import Column, PrimaryKeyConstraint, Text

revision = "0002"
down_revision = "0001"
# Older decisions were kept without it: they explain themselves by their answer alone.
_NOTHING = (
    '{"language":"","certificates":[],"ranked":[],"factors":["","","","","","",""],"mandatory":0,"exploration_share":0.0,"bundle":null}'
)


def upgrade() -> None:
    op.add_column("decisions", Column("why", Text(), nullable=False, server_default=_NOTHING))
    op.create_table(
        "schemas",
        *(Column(name, Text(), nullable=False) for name in ("tenant", "fingerprint", "names")),
        PrimaryKeyConstraint("tenant", "fingerprint"),
    )
