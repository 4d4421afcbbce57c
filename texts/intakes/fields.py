"""The fields of a list: their names, headings and examples, and how their values are written."""

from collections.abc import Iterable
from datetime import date

from domain.accounting import option_label
from domain.intakes.entries import EntryField, Problem
from texts.customer_fields import WORDS
from texts.errors import say
from texts.filters import day, kind, phone

LABELS = {
    **{EntryField(field): words.label for field, words in WORDS.items()},
    EntryField.LABELS: "Nhãn",
    EntryField.ASSIGNEE: "Người phụ trách",
    EntryField.REGIME: "Chế độ kế toán",
    EntryField.VAT_METHOD: "Thuế GTGT",
    EntryField.INCOME_METHOD: "Tính thuế thu nhập",
    EntryField.FIRST_MONTH: "Tháng đầu năm",
    EntryField.DATA_START: "Ngày bắt đầu",
    EntryField.COSTING: "Giá xuất kho",
    EntryField.NOTICE_NAME: "Tên người nhận tin",
    EntryField.NOTICE_EMAIL: "Email nhận tin",
    EntryField.NOTICE_PHONE: "Điện thoại nhận tin",
    EntryField.INVOICE_NAME: "Tên trên hóa đơn",
    EntryField.INVOICE_TAX_ID: "MST trên hóa đơn",
    EntryField.INVOICE_ADDRESS: "Địa chỉ trên hóa đơn",
    EntryField.INVOICE_EMAIL: "Email nhận hóa đơn",
}

HEADINGS = {
    **LABELS,
    **{EntryField(field): words.heading for field, words in WORDS.items()},
    EntryField.ASSIGNEE: "Nhân viên phụ trách",
    EntryField.VAT_METHOD: "Phương pháp tính thuế GTGT",
    EntryField.FIRST_MONTH: "Tháng bắt đầu năm tài chính",
    EntryField.DATA_START: "Ngày bắt đầu dữ liệu",
    EntryField.NOTICE_NAME: "Người nhận thông báo",
    EntryField.NOTICE_EMAIL: "Email nhận thông báo",
    EntryField.NOTICE_PHONE: "Điện thoại nhận thông báo",
    EntryField.INVOICE_TAX_ID: "Mã số thuế trên hóa đơn",
}
"""The headings of a workbook, as in the empty template and in an exported order."""

EXAMPLES = {
    **{EntryField(field): words.example for field, words in WORDS.items()},
    EntryField.LABELS: "VIP; Quận 1",
    EntryField.ASSIGNEE: "Nguyễn Thị Hoa",
    EntryField.REGIME: "Thông tư 133",
    EntryField.VAT_METHOD: "Khấu trừ",
    EntryField.INCOME_METHOD: "Trên thu nhập tính thuế",
    EntryField.FIRST_MONTH: "4",
    EntryField.DATA_START: "01/01/2026",
    EntryField.COSTING: "Bình quân cuối kỳ",
    EntryField.NOTICE_NAME: "Trần Văn Bình",
    EntryField.NOTICE_EMAIL: "binh@hoasen.vn",
    EntryField.NOTICE_PHONE: "0912345678",
    EntryField.INVOICE_NAME: "Công ty TNHH Hoa Sen",
    EntryField.INVOICE_TAX_ID: "0101243150",
    EntryField.INVOICE_ADDRESS: "12 Lê Lợi, phường Bến Thành, TP. Hồ Chí Minh",
    EntryField.INVOICE_EMAIL: "ketoan@hoasen.vn",
}


def shown(field: EntryField, value: str) -> str:
    """A value as people read it, and as they may type it or write it into a cell."""
    match field:
        case EntryField.PHONE | EntryField.NOTICE_PHONE:
            return phone(value).replace(" ", "")
        case EntryField.KIND:
            return kind(value)
        case EntryField.DATA_START:
            return _day(value)
        case EntryField.REGIME | EntryField.VAT_METHOD | EntryField.INCOME_METHOD | EntryField.COSTING:
            return option_label(value)
        case _:
            return value


def _day(value: str) -> str:
    try:
        return day(date.fromisoformat(value))
    except ValueError:
        return value


def problem_sentence(problem: Problem) -> str:
    """What is wrong with a field, in a sentence that names it."""
    label = LABELS[problem.field]
    sentence = say(problem.error)
    # Most sentences name what they are about.
    return sentence if label.lower() in sentence.lower() else f"{label}: {sentence}"


def names(fields: Iterable[EntryField]) -> str:
    """The fields in the midst of a sentence."""
    return ", ".join(_inside(LABELS[field]) for field in fields)


def _inside(label: str) -> str:
    return label if label.startswith("MST") else label[0].lower() + label[1:]
