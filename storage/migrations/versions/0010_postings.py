"""The books: journal entries and postings, made of all orders, transfers and shares that are stored."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0010_postings"
down_revision = "0009_desk_search"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
KINDS = ("charged", "cancelled", "moved", "repeated", "booked", "taken_off", "returned", "ignored")
ACCOUNTS = ("bank", "outgoing", "receivable", "ordered", "waiting", "surplus", "returned", "ignored")

COUNTED = (
    "(t.state <> 'repeated' AND (t.currency = 'VND' OR t.state = 'choosing'"
    " OR EXISTS (SELECT 1 FROM shares s WHERE s.transfer_id = t.id)))"
)
"""Money in another currency counts once it was booked."""

OF_TRANSFER = "FROM journal_entries e JOIN transfers t ON t.id = e.transfer_id WHERE e.kind = '{kind}'"
AMOUNT = "CASE WHEN t.outgoing THEN -t.amount ELSE t.amount END"
SHARED = "(SELECT coalesce(sum(s.amount), 0) FROM shares s WHERE s.transfer_id = t.id)"
HOLDER = "(SELECT s.payment_code FROM shares s WHERE s.transfer_id = t.id ORDER BY s.id DESC LIMIT 1)"
OF_SHARES = (
    "FROM journal_entries e JOIN shares s ON s.transfer_id = e.transfer_id AND s.created_at = e.at"
    " WHERE e.kind = 'booked'"
)
BOOKED = "(SELECT id, transfer_id FROM journal_entries WHERE kind = 'booked')"
OPEN_SURPLUS = "t.attention IS NOT NULL AND t.surplus > 0"


def upgrade() -> None:
    _make_tables()
    _enter_orders()
    _enter_transfers()
    _date_acts()


def downgrade() -> None:
    op.drop_table("postings")
    op.drop_table("journal_entries")


def _make_tables() -> None:
    op.create_table(
        "journal_entries",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        *(sa.Column(f"{name}_id", ID, nullable=True) for name in ("transfer", "order", "accountant")),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(f"kind IN {KINDS}", name=op.f("ck_journal_entries_kind")),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"], [f"{name}s.id"], name=op.f(f"fk_journal_entries_{name}_id_{name}s")
            )
            for name in ("transfer", "order", "accountant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entries")),
    )
    for name in ("at", "transfer_id", "order_id"):
        op.create_index(op.f(f"ix_journal_entries_{name}"), "journal_entries", [name])
    by_request = "(payment_code IS NULL) = (account NOT IN ('receivable', 'surplus'))"
    op.create_table(
        "postings",
        sa.Column("id", ID, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("account", sa.String(length=30), nullable=False),
        sa.Column("payment_code", sa.Text(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(f"account IN {ACCOUNTS}", name=op.f("ck_postings_account")),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_postings_amount")),
        sa.CheckConstraint(by_request, name=op.f("ck_postings_object")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entries.id"], name=op.f("fk_postings_entry_id_journal_entries")
        ),
        sa.ForeignKeyConstraint(
            ["payment_code"],
            ["payment_requests.code"],
            name=op.f("fk_postings_payment_code_payment_requests"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postings")),
    )
    for name in ("entry_id", "payment_code"):
        op.create_index(op.f(f"ix_postings_{name}"), "postings", [name])


def _enter(kind: str, at: str, transfer: str, order: str, who: str, source: str) -> None:
    op.execute(
        "INSERT INTO journal_entries (kind, at, transfer_id, order_id, accountant_id, reason)"
        f" SELECT '{kind}', {at}, {transfer}, {order}, {who}, '' {source}"
    )


def _post(account: str, code: str, amount: str, source: str) -> None:
    rows = f"SELECT e.id AS entry_id, '{account}' AS account, {code} AS code, {amount} AS amount {source}"
    op.execute(
        "INSERT INTO postings (entry_id, account, payment_code, amount)"
        f" SELECT entry_id, account, code, amount FROM ({rows}) AS r WHERE amount <> 0"
    )


def _enter_orders() -> None:
    for kind, sign, which in (("charged", "", ""), ("cancelled", "-", " AND o.state = 'cancelled'")):
        _enter(
            kind,
            "o.placed_at",
            "NULL",
            "o.id",
            "o.accountant_id",
            f"FROM orders o WHERE o.total > 0{which} ORDER BY o.id",
        )
        asked = "FROM journal_entries e JOIN payment_requests p ON p.order_id = e.order_id"
        asked += f" WHERE e.kind = '{kind}'"
        _post("receivable", "p.code", f"{sign}p.amount", asked)
        whole = f"{'' if sign else '-'}CAST(sum(p.amount) AS BIGINT)"
        _post("ordered", "NULL", whole, f"{asked} GROUP BY e.id")


def _enter_transfers() -> None:
    _enter(
        "moved",
        "t.received_at",
        "t.id",
        "NULL",
        "NULL",
        f"FROM transfers t WHERE t.amount > 0 AND {COUNTED} ORDER BY t.id",
    )
    moved = OF_TRANSFER.format(kind="moved")
    _post("bank", "NULL", AMOUNT, moved)
    _post("waiting", "NULL", "-t.amount", f"{moved} AND NOT t.outgoing")
    _post("outgoing", "NULL", "t.amount", f"{moved} AND t.outgoing")
    shares = "FROM shares s GROUP BY s.transfer_id, s.created_at ORDER BY min(s.id)"
    _enter("booked", "s.created_at", "s.transfer_id", "NULL", "NULL", shares)
    _post(
        "receivable",
        "s.payment_code",
        "-CAST(sum(s.amount) AS BIGINT)",
        f"{OF_SHARES} GROUP BY e.id, s.payment_code",
    )
    _post("waiting", "NULL", "CAST(sum(s.amount) AS BIGINT)", f"{OF_SHARES} GROUP BY e.id")
    # A surplus that nobody has settled, taken from what its request got last.
    last = (
        f"FROM transfers t JOIN {BOOKED} e ON e.transfer_id = t.id WHERE {OPEN_SURPLUS}"
        f" AND e.id = (SELECT max(l.id) FROM {BOOKED} l WHERE l.transfer_id = t.id)"
    )
    _post("receivable", HOLDER, "t.surplus", last)
    _post("surplus", HOLDER, "-t.surplus", last)
    returned = f"NOT t.outgoing AND {COUNTED} AND t.state IN ('returned', 'matched') AND t.amount <> {SHARED}"
    for kind, which, amount in (
        ("returned", returned, f"t.amount - {SHARED}"),
        ("ignored", f"NOT t.outgoing AND {COUNTED} AND t.state = 'ignored' AND t.amount > 0", "t.amount"),
    ):
        _enter(kind, "t.received_at", "t.id", "NULL", "NULL", f"FROM transfers t WHERE {which} ORDER BY t.id")
        _post("waiting", "NULL", amount, OF_TRANSFER.format(kind=kind))
        _post(kind, "NULL", f"-({amount})", OF_TRANSFER.format(kind=kind))


def _date_acts() -> None:
    """Give entries the time and person that the log has of what back office and accountants did."""
    connection = op.get_bind()
    verbs = {"order_cancelled": "cancelled", "transfer_returned": "returned", "transfer_ignored": "ignored"}
    logged = sa.text(
        f"SELECT id, verb, order_id, params FROM events WHERE verb IN {tuple(verbs)} ORDER BY id"
    )
    for event_id, verb, order_id, params in connection.execute(logged).all():
        column, about = "order_id", order_id
        if verb != "order_cancelled":
            column, about = "transfer_id", json.loads(params or "{}").get("transfer")
        dated = sa.text(
            "UPDATE journal_entries SET at = (SELECT at FROM events WHERE id = :event),"
            " accountant_id = (SELECT accountant_id FROM events WHERE id = :event)"
            f" WHERE kind = :kind AND {column} = :about"
        )
        connection.execute(dated, {"event": event_id, "kind": verbs[verb], "about": about})
