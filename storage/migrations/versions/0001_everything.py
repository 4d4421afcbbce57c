"""Create everything."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHOLE = (
    "(regime IS NULL) = (vat_method IS NULL) AND (regime IS NULL) = (first_month IS NULL)"
    " AND (regime IS NULL) = (currency IS NULL) AND (regime IS NULL) = (costing IS NULL)"
    " AND (regime IS NOT NULL OR data_start IS NULL)"
)


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def moment(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


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


def upgrade() -> None:
    op.create_table(
        "dialog_states",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("thread_id", sa.BigInteger(), autoincrement=False, nullable=False),
        text("business_connection_id"),
        text("destiny"),
        sa.Column("state", sa.Text()),
        text("data"),
        moment("updated_at"),
        key("bot_id", "chat_id", "user_id", "thread_id", "business_connection_id", "destiny"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_dialog_states_updated_at", "dialog_states", ["updated_at"])
    op.create_table(
        "firms",
        sa.Column("id", ID, nullable=False),
        text("name"),
        text("tax_code"),
        moment("created_at"),
        key("id"),
        sa.UniqueConstraint("tax_code"),
    )
    op.create_table(
        "handled_updates",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        moment("handled_at"),
        key("bot_id", "update_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "jobs",
        sa.Column("id", ID, nullable=False),
        text("name"),
        text("key"),
        sa.Column("order_key", sa.Text()),
        text("payload"),
        moment("due_at"),
        sa.Column("leased_by", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        text("error"),
        sa.Column("given_up", sa.Boolean(), nullable=False),
        moment("created_at"),
        moment("settled_at", nullable=True),
        key("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_jobs_due", "jobs", ["due_at", "id"], **where("settled_at IS NULL"))
    op.create_index("ix_jobs_order_key", "jobs", ["order_key", "id"], **where("settled_at IS NULL"))
    op.create_index("ix_jobs_settled_at", "jobs", ["settled_at"], **where("settled_at IS NOT NULL"))
    op.create_table(
        "packages",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        text("code"),
        one_of("kind", "enterprise", "household"),
        text("name"),
        text("summary"),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("vat_rate", sa.SmallInteger()),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("on_sale", sa.Boolean(), nullable=False),
        moment("created_at"),
        sa.CheckConstraint("price >= 0", name="ck_packages_price"),
        key("id"),
    )
    op.create_index(
        "uq_packages_code_on_sale", "packages", ["code"], unique=True, **where("on_sale = 1", "on_sale")
    )
    op.create_table(
        "accountants",
        sa.Column("id", ID, nullable=False),
        sa.Column("firm_id", ID, nullable=False),
        one_of("role", "owner", "staff"),
        text("name"),
        text("phone"),
        text("email"),
        moment("created_at"),
        to("firm_id", "firms.id"),
        key("id"),
    )
    op.create_index("ix_accountants_firm_id", "accountants", ["firm_id"])
    op.create_table(
        "customers",
        sa.Column("id", ID, nullable=False),
        sa.Column("firm_id", ID, nullable=False),
        one_of("kind", "enterprise", "household"),
        text("tax_code"),
        text("name"),
        text("address"),
        text("representative"),
        text("email"),
        text("phone"),
        text("own_code"),
        sa.Column("regime", sa.Text()),
        sa.Column("vat_method", sa.Text()),
        sa.Column("first_month", sa.SmallInteger()),
        sa.Column("in_catalogue", sa.Boolean(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        text("missing"),
        text("search"),
        sa.Column("sort_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        moment("created_at"),
        moment("updated_at"),
        to("firm_id", "firms.id"),
        key("id"),
    )
    op.create_index("ix_customers_firm_id_email", "customers", ["firm_id", "email"])
    op.create_index("ix_customers_firm_id_phone", "customers", ["firm_id", "phone"])
    op.create_index(
        "ix_customers_list", "customers", ["firm_id", "archived", "sort_key", "id", "in_catalogue", "kind"]
    )
    op.create_index(
        "uq_customers_tax_code_in_catalogue",
        "customers",
        ["firm_id", "tax_code"],
        unique=True,
        **where("in_catalogue = 1", "in_catalogue"),
    )
    op.create_table(
        "chats",
        one_of("channel", "telegram", "email", "sms"),
        text("external_id"),
        sa.Column("accountant_id", ID, nullable=False),
        moment("linked_at"),
        to("accountant_id", "accountants.id"),
        key("channel", "external_id"),
    )
    op.create_index("ix_chats_accountant_id_channel", "chats", ["accountant_id", "channel"])
    op.create_table(
        "consents",
        sa.Column("accountant_id", ID, nullable=False),
        text("text_version"),
        one_of("channel", "telegram", "email", "sms"),
        moment("given_at"),
        to("accountant_id", "accountants.id"),
        key("accountant_id", "text_version", "channel"),
    )
    op.create_table(
        "drafts",
        sa.Column("id", ID, nullable=False),
        sa.Column("accountant_id", ID, nullable=False),
        sa.Column("firm_id", ID, nullable=False),
        one_of("step", "package", "fiscal_year", "recipient", "customers", "accounting", "review"),
        sa.Column("package_id", ID),
        sa.Column("fiscal_year", sa.SmallInteger()),
        one_of("recipient", "customer", "accountant", "other", nullable=True),
        sa.Column("other_id", ID),
        sa.Column("order_id", ID),
        sa.Column("regime", sa.Text()),
        sa.Column("vat_method", sa.Text()),
        sa.Column("first_month", sa.SmallInteger()),
        sa.Column("data_start", sa.Date()),
        sa.Column("currency", sa.Text()),
        sa.Column("costing", sa.Text()),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("keep_declared", sa.Boolean(), nullable=False),
        moment("updated_at"),
        sa.CheckConstraint(WHOLE, name="ck_drafts_accounting_whole"),
        to("accountant_id", "accountants.id"),
        to("firm_id", "firms.id"),
        to("package_id", "packages.id"),
        key("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_drafts_accountant_id_open", "drafts", ["accountant_id"], unique=True, **where("order_id IS NULL")
    )
    op.create_table(
        "invitations",
        sa.Column("id", ID, nullable=False),
        sa.Column("firm_id", ID, nullable=False),
        sa.Column("invited_by", ID, nullable=False),
        text("token_hash"),
        moment("expires_at"),
        sa.Column("used_by", ID),
        to("firm_id", "firms.id"),
        to("invited_by", "accountants.id"),
        to("used_by", "accountants.id"),
        key("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("ix_invitations_firm_id", "invitations", ["firm_id"])
    op.create_table(
        "pushes",
        sa.Column("id", ID, nullable=False),
        text("key"),
        one_of("channel", "telegram", "email", "sms"),
        text("kind"),
        text("about"),
        sa.Column("accountant_id", ID, nullable=False),
        text("address"),
        one_of("state", "queued", "sent", "undeliverable"),
        sa.Column("attempted", sa.Boolean(), nullable=False),
        text("error"),
        moment("created_at"),
        moment("settled_at", nullable=True),
        to("accountant_id", "accountants.id"),
        key("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_pushes_about", "pushes", ["about"])
    op.create_index("ix_pushes_accountant_id", "pushes", ["accountant_id"])
    op.create_table(
        "draft_others",
        sa.Column("id", ID, nullable=False),
        sa.Column("draft_id", ID, nullable=False),
        text("notice_name"),
        text("notice_email"),
        text("notice_phone"),
        sa.Column("invoice_unit_name", sa.Text()),
        sa.Column("invoice_tax_id", sa.Text()),
        sa.Column("invoice_address", sa.Text()),
        sa.Column("invoice_email", sa.Text()),
        to("draft_id", "drafts.id", ondelete="CASCADE"),
        key("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_draft_others_draft_id", "draft_others", ["draft_id"])
    op.create_table(
        "orders",
        sa.Column("id", ID, nullable=False),
        text("code"),
        sa.Column("firm_id", ID, nullable=False),
        sa.Column("accountant_id", ID, nullable=False),
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("package_id", ID, nullable=False),
        text("package_code"),
        text("package_name"),
        one_of("kind", "enterprise", "household"),
        sa.Column("fiscal_year", sa.SmallInteger(), nullable=False),
        one_of("recipient", "customer", "accountant", "other"),
        text("regime"),
        text("vat_method"),
        sa.Column("first_month", sa.SmallInteger(), nullable=False),
        sa.Column("data_start", sa.Date()),
        text("currency"),
        text("costing"),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        one_of("state", "placed", "partly_paid", "paid", "cancelled"),
        moment("placed_at"),
        to("accountant_id", "accountants.id"),
        to("draft_id", "drafts.id"),
        to("firm_id", "firms.id"),
        to("package_id", "packages.id"),
        key("id"),
        sa.UniqueConstraint("code"),
        sa.UniqueConstraint("draft_id"),
    )
    op.create_index("ix_orders_accountant_id_id", "orders", ["accountant_id", "id"])
    op.create_index("ix_orders_firm_id_id", "orders", ["firm_id", "id"])
    op.create_table(
        "draft_lines",
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("customer_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("regime", sa.Text()),
        sa.Column("vat_method", sa.Text()),
        sa.Column("first_month", sa.SmallInteger()),
        sa.Column("data_start", sa.Date()),
        sa.Column("currency", sa.Text()),
        sa.Column("costing", sa.Text()),
        sa.Column("other_id", ID),
        sa.CheckConstraint(WHOLE, name="ck_draft_lines_accounting_whole"),
        to("customer_id", "customers.id"),
        to("draft_id", "drafts.id", ondelete="CASCADE"),
        to("other_id", "draft_others.id"),
        key("draft_id", "customer_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_draft_lines_customer_id", "draft_lines", ["customer_id"])
    op.create_index("ix_draft_lines_draft_id_position", "draft_lines", ["draft_id", "position"])
    op.create_table(
        "payment_requests",
        text("code"),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        one_of("state", "awaiting", "partly_paid", "paid", "overpaid", "cancelled"),
        one_of("recipient", "customer", "accountant", "other"),
        text("notice_name"),
        text("notice_email"),
        text("notice_phone"),
        text("bank_bin"),
        text("account"),
        text("holder"),
        sa.Column("line_count", sa.Integer(), nullable=False),
        moment("due_at"),
        sa.CheckConstraint("amount >= 0", name="ck_payment_requests_amount"),
        to("order_id", "orders.id"),
        key("code"),
    )
    op.create_index("ix_payment_requests_order_id", "payment_requests", ["order_id"])
    op.create_table(
        "order_lines",
        sa.Column("order_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("customer_id", ID, nullable=False),
        one_of("kind", "enterprise", "household"),
        text("tax_code"),
        text("name"),
        text("address"),
        text("representative"),
        text("email"),
        text("phone"),
        text("regime"),
        text("vat_method"),
        sa.Column("first_month", sa.SmallInteger(), nullable=False),
        sa.Column("data_start", sa.Date()),
        text("currency"),
        text("costing"),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("vat_rate", sa.SmallInteger()),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        text("notice_name"),
        text("notice_email"),
        text("notice_phone"),
        text("invoice_unit_name"),
        text("invoice_tax_id"),
        text("invoice_address"),
        text("invoice_email"),
        text("payment_code"),
        to("customer_id", "customers.id"),
        to("order_id", "orders.id"),
        to("payment_code", "payment_requests.code"),
        key("order_id", "position"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_order_lines_customer_id", "order_lines", ["customer_id"])
    op.create_index("ix_order_lines_payment_code_position", "order_lines", ["payment_code", "position"])


def downgrade() -> None:
    for table in (
        "order_lines",
        "payment_requests",
        "draft_lines",
        "orders",
        "draft_others",
        "pushes",
        "invitations",
        "drafts",
        "consents",
        "chats",
        "customers",
        "accountants",
        "packages",
        "jobs",
        "handled_updates",
        "firms",
        "dialog_states",
    ):
        op.drop_table(table)
