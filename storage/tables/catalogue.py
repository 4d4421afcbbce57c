"""The customers that a firm keeps, their labels, and what the registry of taxpayers answered."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from domain.customers import CustomerField, CustomerKind
from storage.columns import (
    Id,
    SortText,
    id_column,
    moment_column,
    one_of,
    reference,
    text_column,
    where,
)
from storage.tables.base import metadata

customers = Table(
    "customers",
    metadata,
    id_column(),
    reference("firms"),
    Column("kind", one_of(CustomerKind, "kind"), nullable=False),
    *(text_column(field.value) for field in CustomerField if field is not CustomerField.KIND),
    Column("regime", Text),
    Column("vat_method", Text),
    Column("first_month", SmallInteger),
    Column("data_start", Date),
    Column("costing", Text),
    Column("income_method", Text),
    Column("sure_of", Text, nullable=False, server_default=text("''")),
    Column("in_catalogue", Boolean, nullable=False),
    Column("archived", Boolean, nullable=False),
    reference("accountants", "assignee_id", nullable=True),
    # The id of the customer that this one was merged into. Not a foreign key.
    Column("merged_into", Id),
    Column("erased", Boolean, nullable=False),
    # Folded, the last one first; by them, too, the customer is found.
    Column("former_names", Text, nullable=False, server_default=text("''")),
    # Derived from the columns above, so that SQL alone counts, searches and sorts 10,000 rows.
    text_column("missing"),
    text_column("search"),
    Column("sort_key", SortText, nullable=False),
    moment_column("created_at"),
    moment_column("updated_at"),
    Index(
        "uq_customers_tax_code_in_catalogue",
        "firm_id",
        "tax_code",
        unique=True,
        **where("in_catalogue = 1", "in_catalogue"),
    ),
    # The order of the list. With the columns after the id, counting, skipping and searching read the index
    # alone.
    Index("ix_customers_list", "firm_id", "archived", "sort_key", "id", "in_catalogue", "kind", "search"),
    Index(None, "tax_code"),
    Index(None, "sort_key"),
    Index(None, "phone"),
    Index(None, "firm_id", "phone"),
    Index(None, "firm_id", "email"),
    Index("ix_customers_merged_into", "firm_id", "merged_into", **where("merged_into IS NOT NULL")),
    Index("ix_customers_declared", "firm_id", "tax_code", **where("in_catalogue = 0", "NOT in_catalogue")),
    Index("ix_customers_uncatalogued", "updated_at", **where("in_catalogue = 0", "NOT in_catalogue")),
)

# How many of a firm's catalogue are listed. Kept by triggers (`storage.kept_numbers`), as `picked_customers`.
listed_customers = Table(
    "listed_customers",
    metadata,
    reference("firms", primary_key=True),
    Column("archived", Boolean, primary_key=True),
    Column("kind", one_of(CustomerKind, "kind"), primary_key=True),
    Column("number", Integer, nullable=False),
    sqlite_with_rowid=False,
)

labels = Table(
    "labels",
    metadata,
    id_column(),
    reference("firms"),
    text_column("name"),
    # The name without case and diacritics, by which a label is unique.
    text_column("folded"),
    UniqueConstraint("firm_id", "folded"),
)

customer_labels = Table(
    "customer_labels",
    metadata,
    reference("customers", primary_key=True, ondelete="CASCADE"),
    reference("labels", primary_key=True, index=True, ondelete="CASCADE"),
    sqlite_with_rowid=False,
)

registry_answers = Table(
    "registry_answers",
    metadata,
    Column("tax_code", Text, primary_key=True),
    # Empty for a tax code that the registry does not know.
    text_column("name"),
    text_column("address"),
    moment_column("asked_at"),
    Index(None, "asked_at"),
)
