"""What texts say of tax invoices is true: each line of a text with "hóa đơn" names the test that shows it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORD = "hóa đơn"

CLOSING, ISSUING = "services/invoices/test_closing.py::", "services/invoices/test_issuing.py::"
BUYERS, ORDERS = "dialogs/ordering/test_buyers.py::", "dialogs/orders/test_orders.py::"
WHO_GETS_WHAT = "services/ordering/test_placing.py::TestWhoGetsWhat::"
REFUSED_NUMBER = "services/invoices/test_by_hand.py::test_a_number_is_refused_for_what_is_wrong_with_it"
ADDRESS = f"{BUYERS}TestTheFirm::test_the_address_is_asked_once"
IN_THEIR_NAMES = f"{BUYERS}TestWhereTheInvoiceGoes::test_in_the_customers_names"
WHO_RECEIVES = f"{BUYERS}TestWhereTheInvoiceGoes::test_review_and_last_window_say_who_receives"
TWELVE_DIGITS = f"{BUYERS}TestTheKindOfTheNumber::test_twelve_digits_are_asked_about"
IN_THE_FIRMS_NAME = f"{WHO_GETS_WHAT}test_the_accountant_has_a_request_for_each_customer_and_one_code_for_all"
CHANGING = "services/money/test_changing.py::"
KEPT_BY_LAW = "services/catalogue/test_personal_data.py::test_of_who_was_erased_only_the_invoice_is_left"
COPY = "dialogs/catalogue/test_personal_data.py::test_a_copy_is_a_workbook_with_all_that_is_kept"
SEPAY = "gateways/test_sepay_einvoice.py::"
STOPPED = f"{SEPAY}test_an_account_that_cannot_issue_stops_the_queue"
LATE = "services/invoices/test_late.py::test_back_office_is_told_once_a_working_day_until_all_have_numbers"
HANDING, WINDOWS = (
    "services/invoices/test_handing_over.py::TestByHand::",
    "dialogs/invoices/test_invoices.py::",
)
ACCOUNTS = "services/people/test_accounts.py::TestTheOwner::"
LAST_ONE = f"{ACCOUNTS}test_with_the_last_one_the_firm_goes_but_what_the_law_keeps"
KEEPS_THE_ACCOUNT = f"{ACCOUNTS}test_an_open_order_keeps_the_account"
STOPPED_BY_MAIL = (
    "services/messaging/test_mail_stops.py::test_reminders_stop_by_mail_and_what_the_payer_needs_goes_on"
)
REGISTRATION = "dialogs/people/test_registration.py::"
RECEIVED = "journeys/test_invoices.py::test_each_kind_of_recipient_gets_the_invoice"
MENDED = f"{WINDOWS}TestMending::test_what_is_typed_is_shown_before_and_after_then_issued"
CARD, IN_LIST = f"{WINDOWS}TestTheCard::test_it_says_all_of_it", f"{WINDOWS}TestTheList::"
PUSHES = "texts/messaging/pushes/test_invoices.py::"
DESK = "dialogs/back_office/test_invoices.py::"
BOARD, WORKBOOK, FOUND = (f"{DESK}Test{part}::" for part in ("TheBoard", "TheWorkbook", "LookingUp"))
FILES = "dialogs/back_office/test_invoice_files.py::"
KEPT_FILES = f"{FILES}test_an_archive_is_checked_then_kept_and_mailed"
BOTH_FILES = "services/invoices/test_files_by_hand.py::test_both_files_are_mailed_once_more"
TELLING = "services/invoices/test_telling.py::"
MISTAKES = "dialogs/back_office/test_invoice_corrections.py::"
NOTICE = f"{MISTAKES}test_a_wrong_name_is_changed_and_its_notice_sent"
REPLACED = f"{MISTAKES}test_a_wrong_code_is_replaced_with_the_written_agreement"
DIFFERENCE = f"{MISTAKES}test_a_wrong_sum_and_rate_are_adjusted_by_the_difference"
ADJUSTED = f"{MISTAKES}test_money_that_went_back_is_adjusted_with_the_agreement_kept"
CORRECTING = "services/invoices/test_correcting.py::"
OUT_AND_BACK = f"{WORKBOOK}test_it_goes_out_is_filled_in_and_comes_back"
LOOKED_UP = f"{FOUND}test_by_number_code_order_and_name"
OF_ORDER = f"{FOUND}test_an_order_shows_its_invoices_and_leads_there"
REFUSED = f"{ISSUING}test_a_refusal_stops_that_document_only_until_it_is_mended"

DOCTOR = "bot/test_checkups.py::"

SHOWN: dict[str, dict[str, tuple[str, ...]]] = {
    "checkups.py": {
        f"{DOCTOR}test_everything_is_well": ("Hóa đơn điện tử",),
        f"{DOCTOR}test_a_planted_fault_is_found_and_its_mend_is_named": ("chưa có ký hiệu hóa đơn",),
    },
    "back_office/accounts.py": {OUT_AND_BACK: ("đơn hàng, tiền vào, phải thu, trả lại, hóa đơn",)},
    "back_office/invoice_adjusting.py": {
        DIFFERENCE: (
            "➕ <b>Hóa đơn điều chỉnh",
            "<b>Trên hóa đơn điều chỉnh",
            "Anh/chị xuất tay hóa đơn này",
            "Lập hóa đơn điều chỉnh",
            "Hóa đơn điều chỉnh đang chờ",
        ),
        f"{MISTAKES}test_of_several_lines_the_wrong_one_is_chosen": ("Thuế suất đúng của cả hóa đơn",),
    },
    "back_office/invoice_corrections.py": {
        DIFFERENCE: ("lập hóa đơn điều chỉnh phần",),
        "services/invoices/test_adjusting.py::test_a_person_need_only_be_told": ("➕ Lập hóa đơn",),
        NOTICE: ("thì không hủy", "mẫu 04/SS-HĐĐT", "Anh/chị gửi từng cái", "Hóa đơn mẫu số"),
        REPLACED: ("lập hóa đơn thay thế", "Hóa đơn thay thế", "Lập hóa đơn thay thế"),
        ADJUSTED: ("Em giữ lại cùng hóa đơn", "văn bản thỏa thuận cùng", "em tự lập hóa đơn điều chỉnh"),
    },
    "back_office/invoice_files.py": {
        KEPT_FILES: (
            *("sẽ được lưu", "hóa đơn khác", "vừa đủ PDF và XML", "em chỉ lưu", "Lưu tệp của {new} hóa đơn"),
            *(" hóa đơn.", "Tệp hóa đơn"),
        ),
        f"{FILES}test_files_that_are_kept_already_and_another_xml": ("tệp hóa đơn nào mới",),
    },
    "back_office/invoice_numbers.py": {
        BOTH_FILES: ("em gửi thêm một lần kèm tệp",),
        OUT_AND_BACK: ("sẽ được ghi số", "hóa đơn khác", "Ghi nhận {new}", " hóa đơn."),
        f"{WORKBOOK}test_a_tap_that_comes_twice_enters_once": ("đã được ghi số rồi",),
        f"{WORKBOOK}test_each_problem_is_one_plain_line_with_its_row": ("không có số hóa đơn nào mới",),
    },
    "back_office/invoices.py": {
        f"{BOARD}test_nothing_waits": (
            "🧾 <b>Hóa đơn</b>",
            "nào đang chờ",
            "nào chờ xuất tay",
            "Không có hóa đơn nào",
        ),
        f"{BOARD}test_a_queue_that_stands_says_why_and_what_to_do": (
            "tự động, qua nhà cung cấp",
            "hỏi nhà cung cấp",
            "mua thêm số hóa đơn",
        ),
        KEPT_FILES: ("Có tệp PDF, XML của hóa đơn",),
        OUT_AND_BACK: ("Tải tệp về", "hóa đơn chờ xuất tay", "rồi điền Mẫu số", "‹ Hóa đơn"),
        LOOKED_UP: ("Tìm hóa đơn", "Anh/chị gõ số hóa đơn", "Gõ để tìm hóa đơn khác"),
        REPLACED: ("đã có hóa đơn thay thế",),
        ADJUSTED: ("đã có hóa đơn điều chỉnh",),
    },
    "back_office/lookup.py": {OF_ORDER: ("Hóa đơn của đơn này", "Hóa đơn: ")},
    "back_office/menu.py": {f"{BOARD}test_nothing_waits": ("🧾 Hóa đơn",)},
    "catalogue/customers.py": {KEPT_BY_LAW: ("giữ theo luật thuế",)},
    "catalogue/new_customer.py": {
        f"{WHO_GETS_WHAT}test_each_customer_gets_their_own_request_and_invoice": ("Địa chỉ ghi trên",)
    },
    "catalogue/personal_data.py": {
        KEPT_BY_LAW: ("tên, mã số thuế, địa chỉ ghi trên đó",),
        COPY: ("Hóa đơn ghi", "trên hóa đơn", "nhận hóa đơn", "Số hóa đơn", "Ngày hóa đơn"),
    },
    "error_sentences.py": {
        ADDRESS: ("cần địa chỉ của đơn vị",),
        f"{CHANGING}test_what_stands_on_an_invoice_is_not_changed": ("Hóa đơn của {name} đã lập",),
        f"{CHANGING}test_a_firm_without_an_address_is_no_buyer": ("chưa có địa chỉ để ghi hóa đơn",),
        TWELVE_DIGITS: ("chưa rõ là mã gì",),
        "services/invoices/test_mending.py::test_what_is_no_buyer_is_refused": ("không tìm thấy hóa đơn",),
        "services/invoices/test_mending.py::test_it_is_issued_with_the_right_buyer": ("không còn chờ sửa",),
        f"{WINDOWS}TestTheCard::test_one_that_waits_can_neither_be_mailed_nor_mended": ("chưa xuất xong",),
        f"{HANDING}test_without_an_address_nothing_is_mailed": ("không có email người nhận",),
        f"{IN_LIST}test_all_files_come_as_one_archive": ("chưa có tệp để tải",),
        "services/invoices/test_desk.py::test_nothing_that_can_be_looked_for": ("một phần tên người mua",),
        f"{CORRECTING}TestNotices::test_what_is_no_mistake_is_refused": ("giống hệt thông tin",),
        f"{CORRECTING}TestNotices::test_only_issued_documents_have_notices": ("không sửa sai sót ở đây",),
        f"{CORRECTING}TestReplacing::test_a_replacement_is_replaced_in_its_turn_but_nothing_twice": (
            "thay thế với thông tin khác",
        ),
        f"{CORRECTING}TestReplacing::test_what_was_adjusted_is_not_replaced": ("không thay thế được",),
        ADJUSTED: ("Chỉ hóa đơn điều chỉnh",),
        f"{FILES}test_what_does_not_fit_is_one_plain_sentence": (
            *("chưa cho biết là hóa đơn nào", "không đọc được ký hiệu", "Chưa có hóa đơn số"),
            *("Mã số người mua trên XML", "của cùng hóa đơn", "em chưa nhận tệp PDF"),
        ),
        KEPT_FILES: ("Tổng trên XML",),
        f"{FILES}test_files_that_are_kept_already_and_another_xml": ("đã có tệp XML khác",),
        f"{FILES}test_what_a_provider_issued_needs_no_files": ("tệp tự về",),
        REFUSED_NUMBER: ("tối đa 8 chữ số", "nhưng số hóa đơn khác", "cho chứng từ khác"),
    },
    "intakes/fields.py": {
        "domain/intakes/test_columns.py::test_headings_are_known_in_any_wording": (
            "trên hóa đơn",
            "nhận hóa đơn",
        )
    },
    "invoices/by_hand.py": {
        "texts/invoices/test_by_hand.py::test_a_row_has_all_that_the_invoice_bears": (
            "Số hóa đơn",
            "Ngày hóa đơn",
        )
    },
    "invoices/card.py": {
        CARD: ("Ngày hóa đơn: ", "<b>Trên hóa đơn", "‹ Các hóa đơn"),
        MENDED: ("Sửa người mua", "Nơi xuất hóa đơn không nhận"),
        f"{WINDOWS}TestTheCard::test_it_is_mailed_again_once_a_minute": ("Em gửi lại hóa đơn tới",),
    },
    "invoices/list.py": {
        f"{IN_LIST}test_each_has_number_buyer_amount_and_state": ("Hóa đơn đơn {{",),
        f"{WINDOWS}TestTheWayThere::test_before_a_day_is_closed_it_is_said_when_invoices_are_made": (
            "Chưa có hóa đơn nào",
        ),
        f"{CLOSING}test_a_cancelled_order_adjusts_what_its_activation_made_due": ("điều chỉnh giảm",),
        f"{CLOSING}test_days_are_closed_by_their_jobs_one_after_the_other": ("khi hết ngày nhận tiền",),
        f"{CLOSING}test_an_activation_makes_the_whole_price_due": ("khi hết ngày kích hoạt",),
        f"{CLOSING}test_a_month_is_closed_on_its_last_day": ("khi hết tháng",),
    },
    "invoices/words.py": {
        f"{PUSHES}test_what_corrects_another_says_so_and_many_lines_are_counted": (
            "Hóa đơn điện tử",
            "Hóa đơn điều chỉnh",
            "Hóa đơn thay thế",
        ),
        f"{CLOSING}test_money_taken_back_later_adjusts_what_was_invoiced": ("đã có hóa đơn",),
        f"{IN_LIST}test_each_has_number_buyer_amount_and_state": ("chờ tệp hóa đơn",),
    },
    "invoices/lines.py": {
        "texts/invoices/test_lines.py::test_a_replacement_says_what_it_replaces": ("Thay thế cho",)
    },
    "messaging/mail_page.py": {
        STOPPED_BY_MAIL: ("Hướng dẫn của đơn mới, biên nhận và hóa đơn",),
        "services/messaging/test_mail_stops.py::test_money_that_came_is_always_acknowledged": (
            "Biên nhận, hóa đơn, và thư xin đừng",
        ),
    },
    "messaging/pushes/people.py": {KEEPS_THE_ACCOUNT: ("tiền hoặc hóa đơn của đơn vị đang chờ",)},
    "messaging/pushes/invoices.py": {
        REFUSED: ("⚠️ Hóa đơn cần sửa: ",),
        RECEIVED: ("đã xuất {{ counts.issued }}", "hóa đơn khác", "Xem hóa đơn", "🧾 Hóa đơn"),
        f"{HANDING}test_a_mail_that_cannot_be_delivered_is_named": ("Email nào không gửi được",),
        f"{PUSHES}test_subject_and_text_name_the_invoice_and_how_to_look_it_up": (
            "Số hóa đơn",
            "Ngày hóa đơn",
            " cho hóa đơn ",
        ),
        f"{CLOSING}test_a_day_that_fails_for_a_day_is_told_once_and_made_with_the_next": (
            "Chưa lập được hóa đơn ngày",
            "tự lập lại cùng hóa đơn",
        ),
        LATE: ("quá hạn chưa có số", "chậm nhất vào ngày làm việc sau"),
        f"{SEPAY}test_a_wrong_login_stops_the_queue_and_stays_secret": ("không đăng nhập được",),
        STOPPED: ("hết số hóa đơn", "chữ ký số đã hết hạn"),
        f"{ISSUING}test_a_year_without_a_series_stops_the_queue": ("INVOICE_SERIES",),
        f"{ISSUING}test_a_number_of_another_document_is_told": ("một số đã dùng",),
        f"{ISSUING}test_a_total_of_the_providers_that_is_another_is_told": (
            "tổng tiền khác",
            "Hóa đơn đã xuất cần xem lại",
        ),
        f"{ISSUING}test_a_document_that_failed_though_issued_is_not_issued_again": ("trước khi thông tin",),
        f"{TELLING}test_back_office_gets_one_message_of_what_goes_by_hand": ("hóa đơn chuyển sang xuất tay",),
        f"{TELLING}test_forty_refusals_are_one_message": (
            *("hóa đơn chưa xuất được, người mua", " hóa đơn chưa xuất được"),
            "sửa xong hóa đơn nào, em gửi xuất hóa đơn đó",
        ),
        "crash/test_invoices.py::test_each_of_200_customers_gets_one_invoice": (
            "Hóa đơn chưa xuất được",
            "tra xem ở đó đã có hóa đơn",
        ),
    },
    "messaging/pushes/reports.py": {
        STOPPED_BY_MAIL: ("không muốn nhận thư nhắc và sao kê nữa",),
    },
    "messaging/pushes/orders.py": {
        f"{PUSHES}test_a_mail_that_was_not_delivered_names_its_invoice": ("kèm hóa đơn số",)
    },
    "ordering/answers.py": {
        RECEIVED: ("<b>Khách hàng</b> (nên chọn)", "<b>Kế toán dịch vụ</b>"),
        IN_THEIR_NAMES: ("Ai nhận", "<b>Người khác</b>", "Hóa đơn ghi tên từng khách hàng"),
        WHO_RECEIVES: ("Hóa đơn ghi: {{ other",),
    },
    "ordering/buyers.py": {
        TWELVE_DIGITS: ("trên hóa đơn là mã gì?",),
        f"{BUYERS}TestAsRegistered::test_one_question_for_all_who_differ": ("đúng tên, địa chỉ đã đăng ký",),
    },
    "ordering/facts.py": {
        WHO_RECEIVES: ("Hóa đơn ghi: ",),
        f"{ORDERS}TestRepeating::test_renewing_in_three_taps": ("Hóa đơn ghi: <b>",),
        IN_THEIR_NAMES: ("Hóa đơn ghi tên từng khách",),
    },
    "ordering/line.py": {
        WHO_RECEIVES: ("Người nhận hóa đơn", "Hóa đơn ghi: "),
        f"{BUYERS}TestWhereTheInvoiceGoes::test_for_one_customer_its_own_address_is_offered": ("gửi về: ",),
    },
    "ordering/other_form.py": {
        RECEIVED: ("gửi khi được xuất",),
        IN_THEIR_NAMES: ("Hóa đơn ghi tên ai?", "gửi về email nào?"),
        TWELVE_DIGITS: ("đúng loại mã của bên mua",),
        WHO_RECEIVES: ("ghi trên hóa đơn?", "Email nhận hóa đơn?", "Hóa đơn ghi: "),
    },
    "orders/changes.py": {
        f"{CHANGING}test_what_stands_on_an_invoice_is_not_changed": ("khi hóa đơn chưa lập",),
        "dialogs/orders/test_changes.py::"
        "test_an_accountant_who_does_not_pay_any_more_is_told_of_the_old_code": ("Hóa đơn ghi",),
    },
    "orders/changing.py": {
        f"{ORDERS}TestRepeating::test_others_of_last_year_can_be_kept_for_one_of_the_two": ("ghi cho ai?",)
    },
    "orders/export.py": {
        f"{ORDERS}test_an_order_is_exported_with_everything": ("Hóa đơn ghi", "trên hóa đơn", "nhận hóa đơn"),
        "dialogs/invoices/test_where_they_stand.py::test_the_workbook_has_their_codes_as_texts": (
            "Số hóa đơn",
            "Ngày hóa đơn",
        ),
    },
    "orders/orders.py": {
        f"{WINDOWS}TestTheWayThere::test_an_order_with_documents_leads_to_them_at_once": ("🧾 Hóa đơn",),
    },
    "orders/lines.py": {
        f"{ORDERS}TestItsCustomers::test_each_line_with_state_and_money_and_a_page_of_its_own": (
            "Hóa đơn ghi",
        )
    },
    "orders/timeline.py": {
        "texts/orders/test_timeline.py::test_every_verb_has_words_of_its_own": (
            "Lấy hóa đơn để xuất",
            "Ghi số hóa đơn",
            "Lưu tệp hóa đơn",
            "Sửa người mua trên hóa đơn",
            "Sửa tên, địa chỉ đơn vị",
            "Gửi lại email hóa đơn",
            "Sửa email nhận hóa đơn",
            "Tải tất cả hóa đơn",
            "Nhân viên hỗ trợ xem hóa đơn",
            "thông báo sai sót hóa đơn",
            "Lập hóa đơn thay thế",
            "Lập hóa đơn điều chỉnh",
            "Ghi thỏa thuận điều chỉnh",
        )
    },
    "people/firm_address.py": {ADDRESS: ("Địa chỉ của đơn vị",), IN_THE_FIRMS_NAME: ("Em đã ghi",)},
    "people/registration.py": {
        f"{REGISTRATION}test_a_registered_address_is_mended_in_one_tap": ("Địa chỉ của đơn vị trên",),
        RECEIVED: ("gửi về email này khi được xuất",),
    },
    "people/accounts.py": {
        LAST_ONE: ("đơn hàng, thanh toán, hóa đơn và nhật ký",),
        KEEPS_THE_ACCOUNT: ("Còn tiền hoặc hóa đơn",),
    },
    "people/consents.py": {
        IN_THE_FIRMS_NAME: ("• Để làm gì",),
        LAST_ONE: ("• Giữ đến khi",),
        RECEIVED: ("ngân hàng và hóa đơn của nhà cung cấp",),
    },
    "setup.py": {
        "bot/test_setup.py::test_a_talk_ends_in_settings_that_the_program_takes": (
            "kế toán trưởng của anh/chị chọn lúc xuất",
        )
    },
    "people/staff.py": {f"{BUYERS}TestTheFirm::test_it_can_be_changed_later": ("Địa chỉ trên hóa đơn: ",)},
}
"""By module below `texts/`: tests below `tests/`, with fragments of the lines that each shows."""


def _lines() -> Iterator[tuple[str, str]]:
    """Each line that says something with the word, and its module. Docstrings are for us."""
    for path in sorted((ROOT / "texts").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        ours = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in ours:
                for line in node.value.splitlines():
                    if WORD in line.lower() and line.strip().lower() != WORD:
                        yield path.relative_to(ROOT / "texts").as_posix(), line


LINES = list(dict.fromkeys(_lines()))


def _fragments(module: str) -> list[str]:
    rows = SHOWN.get(module, {}).values()
    return [fragment for row in rows for fragment in row]


def test_each_line_about_invoices_is_in_a_row() -> None:
    assert LINES
    left = [
        f"{module}: {line}"
        for module, line in LINES
        if not any(fragment in line for fragment in _fragments(module))
    ]
    assert left == []


def test_no_fragment_is_left_over() -> None:
    over = [
        f"{module}: {fragment}"
        for module in SHOWN
        for fragment in _fragments(module)
        if not any(fragment in line for of, line in LINES if of == module)
    ]
    assert over == []


@pytest.mark.parametrize("test", sorted({test for rows in SHOWN.values() for test in rows}))
def test_the_test_exists(test: str) -> None:
    path, *names = test.split("::")
    body: list[ast.stmt] = ast.parse((ROOT / "tests" / path).read_text("utf-8")).body
    for name in names:
        (found,) = [node for node in body if getattr(node, "name", "") == name]
        body = getattr(found, "body", [])
