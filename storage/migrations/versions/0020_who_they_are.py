"""Proofs of phones and e-mail addresses; several firms may claim one tax code; a firm may be closed."""

import sqlalchemy as sa
from alembic import op

revision = "0020_who_they_are"
down_revision = "0019_former_names"
branch_labels = None
depends_on = None

STATES = ("waiting", "approved", "refused")


def upgrade() -> None:
    _let_states_be(*STATES, "closed", "vendor", one_firm_a_code=False)
    for name in ("phone_proved_at", "email_proved_at"):
        op.add_column("accountants", sa.Column(name, sa.DateTime(timezone=True)))
    replaces: sa.Column[bool] = sa.Column("replaces", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("link_codes", replaces)
    op.create_table(
        "proofs",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("kind IN ('phone', 'email')", name=op.f("ck_proofs_kind")),
        sa.PrimaryKeyConstraint("channel", "external_id", "kind", name=op.f("pk_proofs")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("proofs")
    op.drop_column("link_codes", "replaces")
    for name in ("email_proved_at", "phone_proved_at"):
        op.drop_column("accountants", name)
    op.execute("UPDATE firms SET state = 'refused' WHERE state = 'closed'")
    _let_states_be(*STATES, "vendor", one_firm_a_code=True)


def _let_states_be(*states: str, one_firm_a_code: bool) -> None:
    listed = ", ".join(map(repr, states))
    if one_firm_a_code:
        op.drop_index(op.f("ix_firms_tax_code"), "firms")
    with op.batch_alter_table("firms") as batch:
        batch.drop_constraint(op.f("ck_firms_state"), type_="check")
        batch.create_check_constraint(op.f("ck_firms_state"), sa.text(f"state IN ({listed})"))
        if one_firm_a_code:
            batch.create_unique_constraint(op.f("uq_firms_tax_code"), ["tax_code"])
        else:
            batch.drop_constraint(op.f("uq_firms_tax_code"), type_="unique")
    if not one_firm_a_code:
        op.create_index(op.f("ix_firms_tax_code"), "firms", ["tax_code"])
