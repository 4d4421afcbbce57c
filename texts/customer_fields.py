"""The Vietnamese words of a customer's fields: the one place where a field is named."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.customers import CustomerField
from texts.filters import kind, phone


@dataclass(frozen=True, slots=True)
class FieldWords:
    """`label` names the field in the conversation, `heading` in a workbook; `example` is a right value."""

    label: str
    heading: str
    example: str

    @property
    def inside(self) -> str:
        """The label in the midst of a sentence."""
        return self.label.lower()


WORDS: Mapping[CustomerField, FieldWords] = {
    CustomerField.KIND: FieldWords("Loại khách", "Loại khách hàng", "Doanh nghiệp"),
    CustomerField.TAX_CODE: FieldWords("Mã số thuế", "Mã số thuế", "0101243150"),
    CustomerField.NAME: FieldWords("Tên", "Tên khách hàng", "Công ty TNHH Hoa Sen"),
    CustomerField.ADDRESS: FieldWords("Địa chỉ", "Địa chỉ", "12 Lê Lợi, phường Bến Thành, TP. Hồ Chí Minh"),
    CustomerField.REPRESENTATIVE: FieldWords("Người đại diện", "Người đại diện pháp luật", "Trần Văn Bình"),
    CustomerField.EMAIL: FieldWords("Email", "Email", "binh@hoasen.vn"),
    CustomerField.PHONE: FieldWords("Điện thoại", "Số điện thoại", "0912345678"),
    CustomerField.OWN_CODE: FieldWords("Mã riêng", "Mã khách hàng", "KH001"),
}

COLUMNS = (
    CustomerField.OWN_CODE,
    *(field for field in WORDS if field not in (CustomerField.OWN_CODE, CustomerField.KIND)),
)
"""The fields in the order of a workbook's columns; the kind stands further right."""


def shown(field: str, value: str) -> str:
    """A value as people read it; `field` is the name of the field."""
    if field == CustomerField.PHONE:
        return phone(value)
    return kind(value) if field == CustomerField.KIND else value
