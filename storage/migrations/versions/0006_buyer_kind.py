"""The kind of a buyer's number, and the address of a firm.

For placed orders it is told from the number: twelve digits are a household's tax code where they are the
customer's own or the firm's, else a person's number. Open questions stay open in drafts.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006_buyer_kind"
down_revision = "0005_invoices"
branch_labels = None
depends_on = None

KINDS = "('company', 'household', 'person', 'budget_unit')"
OF_CUSTOMER = "CASE kind WHEN 'household' THEN 'household' ELSE 'company' END"

PLACED = f"""
UPDATE order_lines SET invoice_kind = CASE
    WHEN invoice_tax_id = tax_code THEN {OF_CUSTOMER}
    WHEN length(invoice_tax_id) = 7 THEN 'budget_unit'
    WHEN invoice_tax_id = (
        SELECT firms.tax_code FROM orders JOIN firms ON firms.id = orders.firm_id WHERE orders.id = order_id
    ) THEN 'household'
    ELSE 'person' END
WHERE invoice_tax_id = tax_code OR length(invoice_tax_id) IN (7, 12)
"""

DECLARED = f"""
UPDATE draft_others SET invoice_kind = (
    SELECT {OF_CUSTOMER} FROM customers WHERE tax_code = invoice_tax_id AND id IN (
        SELECT customer_id FROM draft_lines WHERE draft_lines.other_id = draft_others.id
    ) LIMIT 1
) WHERE invoice_tax_id IS NOT NULL
"""


def upgrade() -> None:
    for table, rest in (("order_lines", "DEFAULT 'company' NOT NULL"), ("draft_others", "")):
        check = f"CONSTRAINT ck_{table}_invoice_kind CHECK (invoice_kind IN {KINDS})"
        op.execute(f"ALTER TABLE {table} ADD COLUMN invoice_kind VARCHAR(30) {rest} {check}")
    op.add_column("firms", sa.Column("address", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.execute(PLACED)
    op.execute(DECLARED)


def downgrade() -> None:
    op.drop_column("firms", "address")
    for table in ("draft_others", "order_lines"):
        op.drop_column(table, "invoice_kind")
