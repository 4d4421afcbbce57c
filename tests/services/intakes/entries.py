"""Rows of a list, by field."""

from tests.support.builders import enterprise, enterprise_tax_code

WRONG_CODE = "9969436388"


def row(number: int, **cells: str) -> dict[str, str]:
    """A row with only the tax code and name of `enterprise(number)`."""
    return {"tax_code": enterprise_tax_code(number), "name": f"Công ty {number}", **cells}


def full(number: int, **cells: str) -> dict[str, str]:
    """A row with all data of `enterprise(number)`."""
    data = enterprise(number)
    return {
        "tax_code": data.tax_code,
        "name": data.name,
        "kind": "Doanh nghiệp",
        "address": data.address,
        "representative": data.representative,
        "email": data.email,
        "phone": f"0{data.phone.removeprefix('+84')}",
        "own_code": data.own_code,
        **cells,
    }
