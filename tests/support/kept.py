"""The numbers that the database keeps, and the same ones counted."""

_LISTED = ("listed_customers", "SELECT firm_id, archived, kind, count(*) FROM customers WHERE in_catalogue")
_PICKED = (
    "picked_customers",
    "SELECT draft_id, kind, NOT (in_catalogue OR archived OR erased OR merged_into IS NOT NULL), count(*)"
    " FROM draft_lines JOIN customers ON id = customer_id",
)

_TRIALS = (
    "SELECT order_id, sum(number), sum(amount) FROM trial_hours"
    " GROUP BY 1 HAVING sum(number) != 0 ORDER BY 1",
    "SELECT order_id, count(*), sum(amount) FROM licences JOIN order_lines USING (order_id, position)"
    " WHERE activated_at IS NOT NULL AND NOT paid AND NOT cancelled GROUP BY 1 ORDER BY 1",
)

KEPT_AND_COUNTED = [
    *(
        (
            f"SELECT * FROM {table} WHERE number != 0 ORDER BY 1, 2, 3",
            f"{counted} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        )
        for table, counted in (_LISTED, _PICKED)
    ),
    _TRIALS,
]
"""Pairs of statements that give the same rows."""
