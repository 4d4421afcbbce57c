"""Customers by the hundred: lists that accountants give, labels, assignees, and drafts that follow drafts."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = ("enterprise", "household")


def text(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def flag(name: str, nullable: bool = False) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=nullable)


def moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def number(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, ID, nullable=nullable)


def count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def one_of(name: str, *values: str, nullable: bool = False) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=30)
    return sa.Column(name, kind, nullable=nullable)


def key(*columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns)


def to(column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], ondelete=ondelete)


def where(condition: str, postgresql: str = "") -> dict[str, Any]:
    """A partial index; SQLite has no booleans."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(postgresql or condition)}


INDEXES_OF_CUSTOMERS: tuple[tuple[str, list[str], dict[str, Any]], ...] = (
    ("ix_customers_firm_id_email", ["firm_id", "email"], {}),
    ("ix_customers_firm_id_phone", ["firm_id", "phone"], {}),
    ("ix_customers_list", ["firm_id", "archived", "sort_key", "id", "in_catalogue", "kind"], {}),
    (
        "uq_customers_tax_code_in_catalogue",
        ["firm_id", "tax_code"],
        {"unique": True, **where("in_catalogue = 1", "in_catalogue")},
    ),
)


def upgrade() -> None:
    change_customers()
    change_drafts()
    make_labels()
    make_intakes()


def change_customers() -> None:
    drop_indexes_of_customers()
    with op.batch_alter_table("customers") as batch:
        batch.add_column(number("assignee_id", nullable=True))
        batch.add_column(number("merged_into", nullable=True))
        batch.add_column(flag("erased", nullable=True))
        batch.create_foreign_key(
            op.f("fk_customers_assignee_id_accountants"), "accountants", ["assignee_id"], ["id"]
        )
    op.execute("UPDATE customers SET erased = FALSE")
    with op.batch_alter_table("customers") as batch:
        batch.alter_column("erased", nullable=False)
    make_indexes_of_customers()
    op.create_index(
        "ix_customers_merged_into",
        "customers",
        ["firm_id", "merged_into"],
        **where("merged_into IS NOT NULL"),
    )
    op.create_index(
        "ix_customers_declared",
        "customers",
        ["firm_id", "tax_code"],
        **where("in_catalogue = 0", "NOT in_catalogue"),
    )


def drop_indexes_of_customers() -> None:
    """Alembic would make them anew in any order, by which SQLite chooses between two that serve alike."""
    for name, *_ in INDEXES_OF_CUSTOMERS:
        op.drop_index(name, "customers")


def make_indexes_of_customers() -> None:
    for name, columns, options in INDEXES_OF_CUSTOMERS:
        op.create_index(name, "customers", columns, **options)


def change_drafts() -> None:
    op.add_column("drafts", number("follows_id", nullable=True))
    rest: sa.Column[bool] = sa.Column(
        "rest_to_customers", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("drafts", rest)
    make_open_drafts_unique("order_id IS NULL AND follows_id IS NULL")
    op.create_index(
        "uq_drafts_follows_id", "drafts", ["follows_id"], unique=True, **where("follows_id IS NOT NULL")
    )


def make_open_drafts_unique(condition: str) -> None:
    op.drop_index("uq_drafts_accountant_id_open", "drafts")
    op.create_index(
        "uq_drafts_accountant_id_open", "drafts", ["accountant_id"], unique=True, **where(condition)
    )


def make_labels() -> None:
    op.create_table(
        "labels",
        number("id"),
        number("firm_id"),
        text("name"),
        text("folded"),
        to("firm_id", "firms.id"),
        key("id"),
        sa.UniqueConstraint("firm_id", "folded"),
    )
    op.create_table(
        "customer_labels",
        number("customer_id"),
        number("label_id"),
        to("customer_id", "customers.id", ondelete="CASCADE"),
        to("label_id", "labels.id", ondelete="CASCADE"),
        key("customer_id", "label_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_customer_labels_label_id", "customer_labels", ["label_id"])


def make_intakes() -> None:
    op.create_table(
        "registry_answers",
        text("tax_code"),
        text("name"),
        text("address"),
        moment("asked_at"),
        key("tax_code"),
    )
    op.create_table(
        "intakes",
        number("id"),
        number("firm_id"),
        number("accountant_id"),
        one_of("state", "reading", "checked", "stopped", "refused"),
        flag("in_order"),
        text("package_code", nullable=True),
        sa.Column("fiscal_year", sa.SmallInteger()),
        text("file", nullable=True),
        text("screen"),
        text("message"),
        text("sheets"),
        text("skipped_sheets"),
        text("error", nullable=True),
        count("read"),
        count("total"),
        count("looked_up"),
        moment("updated_at"),
        to("firm_id", "firms.id"),
        to("accountant_id", "accountants.id"),
        key("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_intakes_accountant_id", "intakes", ["accountant_id"])
    op.create_index("ix_intakes_updated_at", "intakes", ["updated_at"])
    op.create_table(
        "intake_entries",
        number("intake_id"),
        count("position"),
        one_of("standing", "ready", "lacking", "wrong", "repeated", "skipped", "taken"),
        one_of("known", "new", "same", "changed"),
        one_of("kind", *KINDS, nullable=True),
        text("tax_code", nullable=True),
        text("body"),
        text("before", nullable=True),
        to("intake_id", "intakes.id", ondelete="CASCADE"),
        key("intake_id", "position"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_intake_entries_intake_id_standing_position",
        "intake_entries",
        ["intake_id", "standing", "position"],
    )
    op.create_index("ix_intake_entries_tax_code_intake_id", "intake_entries", ["tax_code", "intake_id"])


def downgrade() -> None:
    for table in ("intake_entries", "intakes", "registry_answers", "customer_labels", "labels"):
        op.drop_table(table)
    # Fails where somebody has a draft that waits: the older tables know one open draft a person.
    op.drop_index("uq_drafts_follows_id", "drafts")
    make_open_drafts_unique("order_id IS NULL")
    op.drop_column("drafts", "rest_to_customers")
    op.drop_column("drafts", "follows_id")
    op.drop_index("ix_customers_declared", "customers")
    op.drop_index("ix_customers_merged_into", "customers")
    drop_indexes_of_customers()
    with op.batch_alter_table("customers") as batch:
        batch.drop_constraint(op.f("fk_customers_assignee_id_accountants"), type_="foreignkey")
        for column in ("assignee_id", "merged_into", "erased"):
            batch.drop_column(column)
    make_indexes_of_customers()
