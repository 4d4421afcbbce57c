"""What happened to an order, in words."""

from datetime import UTC, datetime

import pytest

from domain.events import Event, Verb
from texts.orders.timeline import WORDS, event_words

NOW = datetime(2026, 6, 15, 5, 0, tzinfo=UTC)


def test_every_verb_has_words_of_its_own() -> None:
    assert set(WORDS) == set(Verb)
    assert len(set(WORDS.values())) == len(Verb)


@pytest.mark.parametrize(
    ("verb", "params", "words"),
    [
        (Verb.ORDER_PLACED, {}, "Đặt đơn"),
        (Verb.MONEY_RECEIVED, {"amount": 1_950_000, "transfer": 7}, "Nhận tiền · 1.950.000 ₫"),
        (Verb.ACTIVATION_STARTED, {"run": 3, "picked": 30}, "Bắt đầu kích hoạt · 30 khách"),
        (
            Verb.ACTIVATION_FINISHED,
            {"run": 3, "done": 28, "failed": 2, "skipped": 0},
            "Kết quả kích hoạt · 28 xong · 2 lỗi",
        ),
        (Verb.LICENCE_SUSPENDED, {"position": 4}, "Tạm dừng phần mềm · khách số 4"),
        (Verb.INSTRUCTION_RESENT, {"code": "KTABCDEFG"}, "Gửi lại hướng dẫn thanh toán · nội dung KTABCDEFG"),
        (
            Verb.CUSTOMERS_TAKEN,
            {"intake": 9, "taken": 40, "added": 38, "updated": 0},
            "Nhận danh sách khách hàng · 40 khách · 38 khách mới",
        ),
        (Verb.CATALOGUE_EXPORTED, {"customers": 12}, "Xuất danh mục ra Excel · 12 khách"),
        (
            Verb.CUSTOMERS_MERGED,
            {"customer": 7, "into": 3, "filled": "email", "labels": "1"},
            "Gộp hai khách trùng · mã khách 7 · vào mã khách 3",
        ),
        (
            Verb.PERSON_KEPT,
            {"customer": 7, "orders": "KTABCDEFG", "drafts": 1},
            "Chưa xóa được dữ liệu cá nhân · mã khách 7 · vì đơn KTABCDEFG · vì 1 đơn nháp",
        ),
        (Verb.INVOICES_TAKEN, {"invoices": 3}, "Lấy hóa đơn để xuất · 3 hóa đơn"),
        (
            Verb.STATEMENT_BOOKED,
            {"transfers": 3, "amount": 5_000_000, "first": "2026-06-15", "last": "2026-06-16"},
            "Ghi khoản thiếu theo sổ phụ · 5.000.000 ₫ · 3 khoản · từ 15/06/2026 · đến 16/06/2026",
        ),
        (Verb.CLAIM_REFUSED, {"note": "Ảnh mờ"}, "Chưa thấy tiền về · Ảnh mờ"),
    ],
)
def test_what_is_known_of_it_is_said(verb: Verb, params: dict[str, str | int], words: str) -> None:
    assert event_words(Event(verb, NOW, params=params)) == words


def test_a_customer_is_named_where_it_is_known() -> None:
    event = Event(Verb.LICENCE_MENDED, NOW, params={"position": 25})
    assert event_words(event) == "Sửa thông tin để kích hoạt lại · khách số 25"
    assert event_words(event, "Sao Mai 26") == "Sửa thông tin để kích hoạt lại · Sao Mai 26"
