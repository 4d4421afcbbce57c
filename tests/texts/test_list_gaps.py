"""The lines about what a list leaves open: a proposal differs from what was written, as it is shown."""

import pytest

from domain.intakes.checking import check_entries
from domain.intakes.entries import EntryField
from services.intakes.viewing import EntryView
from texts.intakes.summary import gaps


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        (EntryField.TAX_CODE, "099085012388", "“099085012388”, có đúng không ạ?"),
        (EntryField.TAX_CODE, "1085012388", "“1085012388” → 001085012388?"),
        (EntryField.PHONE, "02438251234", "“02438251234”, có đúng không ạ?"),
        (EntryField.PHONE, "024 3825 1234", "“024 3825 1234”, có đúng không ạ?"),
        (EntryField.PHONE, "09123456789", "“09123456789” chưa đúng"),
        (EntryField.EMAIL, "hoa@gmail.con", "“hoa@gmail.con” → hoa@gmail.com?"),
    ],
)
def test_no_text_is_proposed_in_its_own_place(field: EntryField, text: str, said: str) -> None:
    values = {EntryField.NAME: "Hộ kinh doanh Cúc", EntryField.TAX_CODE: "001195039855"}
    (entry,) = check_entries([(0, 1, {**values, field: text})])
    _, (line,) = gaps([EntryView(entry, None, (field,))])
    assert line.endswith(said)
