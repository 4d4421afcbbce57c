"""The words of reminders of unpaid licences."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.licences import TRIAL
from domain.messaging.contents import ReminderGroup, TrialReminderContent
from domain.messaging.notices import Topic
from domain.messaging.reminder_contents import ReminderInBriefContent
from domain.money import vnd
from domain.recipients import RecipientMode
from domain.reminders import Stage
from tests.dialogs.harness import plain
from tests.texts.messaging.pushes.samples import CONTENTS
from texts.messaging.notices import notice_button
from texts.messaging.pushes import PushTexts, title
from texts.messaging.pushes.reminders import heading
from texts.widths import width

TEXTS = PushTexts(lambda payment: b"qr")


@pytest.fixture
def reminder() -> TrialReminderContent:
    (found,) = [one for one in CONTENTS if isinstance(one, TrialReminderContent)]
    return found


def owing(reminder: TrialReminderContent, owed: int) -> TrialReminderContent:
    (group,) = reminder.groups
    return replace(reminder, groups=(replace(group, owed=(owed,), amount=owed),))


def test_the_rest_of_a_part_payment_is_named(reminder: TrialReminderContent) -> None:
    part = owing(reminder, 950_000)
    chat, mail = plain(TEXTS.chat(part, False).html), TEXTS.mail(part, False)
    assert "khách chưa trả đủ" in chat
    assert ": còn 950.000 ₫" in chat
    assert ": còn 950.000 ₫" in mail.text
    assert "còn 950.000 ₫" in mail.html


def test_nobody_is_reminded_of_nothing(reminder: TrialReminderContent) -> None:
    """A part payment may cover the first of several customers that one transfer pays for."""
    part = owing(reminder, 0)
    for said in (
        plain(TEXTS.chat(part, False).html),
        TEXTS.mail(part, False).text,
        TEXTS.mail(part, False).html,
    ):
        assert "còn 0 ₫" not in said
        assert "đã có tiền, chờ trả đủ cả khoản" in said


def test_the_accountant_reads_that_customers_are_reminded_too(reminder: TrialReminderContent) -> None:
    (group,) = reminder.groups
    for recipient in RecipientMode:
        orders = {id: replace(order, recipient=recipient) for id, order in group.orders.items()}
        chat = TEXTS.chat(replace(reminder, groups=(replace(group, orders=orders),)), False).html
        assert ("cũng được nhắc" in chat) == (recipient is not RecipientMode.ACCOUNTANT)


def test_who_has_paid_nothing_owes_the_price(reminder: TrialReminderContent) -> None:
    chat, mail = plain(TEXTS.chat(reminder, False).html), TEXTS.mail(reminder, False)
    assert "khách chưa thanh toán" in chat
    assert "còn" not in mail.text


# A Sunday, 10:37 in Vietnam.
ENDS = datetime(2026, 12, 6, 3, 37, tzinfo=UTC)


def group_of(reminder: TrialReminderContent, *ends: datetime, count: int = 0) -> ReminderGroup:
    """Licences of a customer each, with these deadlines."""
    (group,) = reminder.groups
    (one,) = group.licences
    made = tuple(
        replace(
            one,
            licence=replace(one.licence, activated_at=end - TRIAL),
            line=replace(one.line, tax_code=f"{at}"),
        )
        for at, end in enumerate(ends)
    )
    owed = (one.line.amount,) * len(made)
    return replace(group, licences=made, owed=owed, count=count or len(made), customers=count or len(made))


@pytest.mark.parametrize(
    "before, said",
    [
        (timedelta(days=2), "Hết hạn 10:37 chủ nhật 06/12 (còn 2 ngày)"),
        (timedelta(days=2, hours=23), "Hết hạn 10:37 chủ nhật 06/12 (còn 3 ngày)"),
        (timedelta(hours=15, minutes=1), "Hết hạn 10:37 chủ nhật 06/12 (còn 15 giờ)"),
        (timedelta(minutes=37), "Hết hạn 10:37 chủ nhật 06/12 (còn dưới 1 giờ)"),
        (timedelta(), "Đã hết 7 ngày lúc 10:37 chủ nhật 06/12, đang tạm dừng"),
        (timedelta(hours=-1), "Đã hết 7 ngày lúc 10:37 chủ nhật 06/12, đang tạm dừng"),
    ],
)
def test_the_heading_is_the_deadline(before: timedelta, said: str, reminder: TrialReminderContent) -> None:
    assert heading(group_of(reminder, ENDS, ENDS), ENDS - before) == said


def test_in_a_chat_the_time_left_goes_on_by_itself(reminder: TrialReminderContent) -> None:
    """Telegram's apps count it on, in the reader's form; mail and Zalo say it as it was when it was sent."""
    told = replace(reminder, groups=(group_of(reminder, ENDS, ENDS),), now=ENDS - timedelta(days=2))
    html = TEXTS.chat(told, False).html
    assert f'(<tg-time unix="{int(ENDS.timestamp())}" format="r">còn 2 ngày</tg-time>)' in html
    assert "Hết hạn 10:37 chủ nhật 06/12 (còn 2 ngày)" in plain(html)
    mail = TEXTS.mail(told, False)
    assert "tg-time" not in mail.html + mail.text


def test_several_deadlines_begin_with_the_first(reminder: TrialReminderContent) -> None:
    later = ENDS + timedelta(minutes=20)
    now = ENDS - timedelta(days=2)
    assert heading(group_of(reminder, later, ENDS), now) == "Hết hạn từ 10:37 chủ nhật 06/12 (còn 2 ngày)"
    # Licences that are not named may end later, too.
    assert "từ 10:37" in heading(group_of(reminder, ENDS, count=30), now)


def test_customers_are_counted_and_stand_under_their_orders(reminder: TrialReminderContent) -> None:
    """One customer in two orders is one customer, and each order has its way to the slips."""
    first = group_of(reminder, ENDS, ENDS)
    (order,) = first.orders.values()
    other = replace(order, id=99, code="KTT3VW648")
    licences = (
        *first.licences,
        replace(first.licences[0], licence=replace(first.licences[0].licence, order_id=99)),
    )
    group = replace(
        first,
        licences=licences,
        owed=first.owed + first.owed[:1],
        count=3,
        customers=2,
        orders={order.id: order, 99: other},
    )
    told = replace(
        reminder, groups=(group,), order_id=None, now=ENDS - timedelta(days=2), unpaid={order.id: 2, 99: 1}
    )
    message = TEXTS.chat(told, False)
    lines = plain(message.html).splitlines()
    assert lines[0] == "⏰ 2 khách chưa thanh toán"
    assert "(còn 2 ngày) · 2 khách, " in lines[2]
    owed = vnd(first.owed[0])
    at = lines.index(f"KTT3VW648 · {order.package_name} {order.fiscal_year} · 1 khách · {owed}")
    assert lines[at - 1].startswith("• ")
    assert lines[at + 1].startswith("• ")
    assert [[(button.text, button.data) for button in row] for row in message.buttons] == [
        [(f"🔁 Gửi lại cho 2 khách · {order.code}", f"resend:order:{order.id}")],
        [(f"🖼 Lấy phiếu cả 2 · {order.code}", f"cards:order:{order.id}")],
        [("🔁 Gửi lại cho 1 khách · KTT3VW648", "resend:order:99")],
        [("🖼 Lấy phiếu · KTT3VW648", "cards:order:99")],
        [("📦 Xem các đơn hàng", "open:orders")],
    ]


def test_who_owes_but_is_not_activated_is_counted_apart(reminder: TrialReminderContent) -> None:
    """The button sends to all of the order who owe, so the message says how many these are."""
    group = group_of(reminder, ENDS)
    ((order_id, order),) = group.orders.items()
    order = replace(order, recipient=RecipientMode.CUSTOMER)
    told = replace(reminder, groups=(replace(group, orders={order_id: order}),), unpaid={order_id: 3})
    said = plain(TEXTS.chat(told, False).html)
    assert "⏰ 1 khách chưa thanh toán" in said
    assert f"{order.code} · {order.package_name} {order.fiscal_year} · cả đơn 3 khách chưa trả\n" in said
    assert "cả đơn" not in plain(TEXTS.chat(replace(told, unpaid={order_id: 1}), False).html)
    # Where not all are named, they are counted all the same.
    many = replace(told.groups[0], count=195, customers=195)
    for unpaid in (195, 196):
        some = replace(told, groups=(many,), unpaid={order_id: unpaid}, order_id=order_id)
        assert ("cả đơn 196 khách" in plain(TEXTS.chat(some, False).html)) == (unpaid == 196)


def test_a_request_to_somebody_else_is_for_no_customer(reminder: TrialReminderContent) -> None:
    group = group_of(reminder, ENDS, ENDS)
    ((order_id, order),) = group.orders.items()
    order = replace(order, recipient=RecipientMode.OTHER)
    told = replace(reminder, groups=(replace(group, orders={order_id: order}),), unpaid={order_id: 1})
    assert TEXTS.chat(told, False).buttons[0][0].text == "🔁 Gửi lại cho 1 người nhận"


def test_a_name_is_not_cut_before_what_tells_it_apart(reminder: TrialReminderContent) -> None:
    group = group_of(reminder, ENDS)
    (one,) = group.licences
    name = "Công ty TNHH Một thành viên Thương mại và Dịch vụ Xuất nhập khẩu Kim Long 16"
    long = replace(one, line=replace(one.line, name=name))
    told = replace(reminder, groups=(replace(group, licences=(long,)),))
    said = plain(TEXTS.chat(told, False).html)
    assert "\n• Kim Long 16: " in said
    assert all(width(line) <= 35 for line in said.splitlines() if line.startswith("• "))
    part = replace(told, groups=(replace(told.groups[0], owed=(950_000,)),))
    (line,) = [line for line in plain(TEXTS.chat(part, False).html).splitlines() if line.startswith("• ")]
    assert line.endswith(": còn 950.000 ₫")
    assert width(line) <= 35


def test_an_sms_shows_the_firms_name_whole_or_not_at_all(reminder: TrialReminderContent) -> None:
    for name in ("Công ty TNHH Dịch vụ Kế toán Minh Anh", "Công ty TNHH Kế toán " + "Minh " * 20 + "Anh"):
        sms = TEXTS.sms(replace(reminder, firm=replace(reminder.firm, name=name)))
        assert len(sms) <= 160
        assert "Don vi ke toan" not in sms or sms.endswith(" Minh Anh")


def test_rows_of_reminders_differ_in_the_list(reminder: TrialReminderContent) -> None:
    assert title(ReminderInBriefContent(5, ENDS)) == "⏰ Hạn 06/12: 5 chưa trả"
    # Deadline and count are read in the row of a list, however many they are.
    row = notice_button(ReminderInBriefContent(2_000, ENDS), Topic.REMINDERS, ENDS, read=False)
    assert row.endswith("⏰ Hạn 06/12: 2000 chưa trả")
    assert title(ReminderInBriefContent(0, ENDS)) == "⏰ Hạn 06/12: đã trả hết"


def test_a_customer_with_two_deadlines_is_one_customer(reminder: TrialReminderContent) -> None:
    groups = (group_of(reminder, ENDS), replace(group_of(reminder, ENDS), stage=Stage.ONE_DAY))
    told = replace(reminder, groups=groups, now=ENDS - timedelta(days=2))
    assert plain(TEXTS.chat(told, False).html).startswith("⏰ 1 khách chưa thanh toán")
