"""Activation through the windows, with the vendor's answers in between."""

import pytest

from domain.customers import CustomerField
from domain.licences import ActivationFailure, FailureReason
from domain.messaging.contents import ActivationProgressContent, ActivationResultContent
from domain.orders import Order
from domain.people import Actor
from tests.support import builders
from tests.support.direct import DirectWorld
from tests.support.working import Working


@pytest.fixture
async def working(direct: DirectWorld) -> Working:
    return Working(direct.database, direct.clock)


@pytest.fixture
async def owner(direct: DirectWorld) -> Actor:
    await direct.operations.register_firm(
        direct.identity("owner"), builders.person("Hương"), "Ánh Sao", builders.enterprise_tax_code(1000)
    )
    actor = await direct.actor("owner")
    assert actor is not None
    return actor


async def _order(direct: DirectWorld, owner: Actor, count: int) -> Order:
    customers = await builders.add_customers(direct.operations, owner, count)
    return await builders.placed_order(direct.operations, owner, customers)


async def test_all_of_the_only_order_in_three_taps(
    direct: DirectWorld, owner: Actor, working: Working
) -> None:
    await _order(direct, owner, 3)
    await direct.says("owner", "/kichhoat")
    await direct.taps("owner", "3 khách · Starter")
    assert "Sẽ kích hoạt: 3 khách" in direct.shown("owner")
    assert "đơn đã hủy" not in direct.shown("owner")
    window = (await direct.live("owner"))[0].message
    await direct.taps("owner", "Kích hoạt 3 khách")
    # The window becomes the progress, then the result: no further message comes.
    await working.work()
    assert sum(working.vendor.creations.values()) == 3
    assert {edit.key for edit in working.edits} == {str(window)}
    assert type(working.edits[-1].content) is ActivationResultContent
    told = [type(push.content) for push in working.sent]
    assert not {ActivationProgressContent, ActivationResultContent} & set(told)
    await direct.says("owner", "/kichhoat")
    assert "Không còn khách nào chờ kích hoạt" in direct.shown("owner")


async def test_picked_ones_over_pages(direct: DirectWorld, owner: Actor, working: Working) -> None:
    await _order(direct, owner, 10)
    await direct.says("owner", "/kichhoat")
    await direct.taps("owner", "10 khách · Starter")
    await direct.taps("owner", "Chọn từng khách")
    await direct.taps("owner", "Bỏ chọn tất cả")
    assert "Đã chọn 0/10" in direct.shown("owner")
    await direct.taps("owner", "›")
    live = await direct.live("owner")
    first = next(button for button in live if button.label.startswith("⬜️") and "tất cả" not in button.label)
    await direct.taps_data("owner", first.message, first.data)
    await direct.taps_data("owner", first.message, first.data)
    assert "Đã chọn 1/10" in direct.shown("owner")
    await direct.taps("owner", "Kích hoạt 1 khách")
    await working.work()
    assert sum(working.vendor.creations.values()) == 1


async def test_a_wrong_email_is_mended_and_tried_again(
    direct: DirectWorld, owner: Actor, working: Working
) -> None:
    order = await _order(direct, owner, 2)
    wrong = builders.enterprise(2)
    working.vendor.refuses[wrong.tax_code] = ActivationFailure(FailureReason.INVALID, CustomerField.EMAIL)
    run = await direct.operations.open_activation(owner, order.id)
    await direct.operations.start_run(owner, run.id)
    await working.work()
    working.vendor.refuses.clear()
    await direct.says("owner", "/start")
    await direct.taps_push("owner", f"open:failed:{run.id}")
    assert "Email người đại diện không dùng được" in direct.shown("owner")
    await direct.taps("owner", wrong.name)
    assert f"Đang ghi: {wrong.email}" in direct.shown("owner")
    await direct.says("owner", "khong-phai-email")
    assert "không phải địa chỉ email" in direct.shown("owner")
    await direct.says("owner", "moi@gmail.con")
    await direct.taps("owner", "Dùng gmail.com")
    assert "✅ Đã sửa" in direct.shown("owner")
    await direct.taps("owner", "Thử lại 1 khách")
    await working.work()
    assert [request.line.email for request in working.vendor.asked][-1] == "moi@gmail.com"
    assert sum(working.vendor.creations.values()) == 2
    await direct.taps_push("owner", f"open:failed:{run.id}")
    assert "không còn khách nào lỗi" in direct.shown("owner")


async def test_several_are_mended_by_one_text(direct: DirectWorld, owner: Actor, working: Working) -> None:
    order = await _order(direct, owner, 3)
    for number in (1, 3):
        wrong = builders.enterprise(number).tax_code
        working.vendor.refuses[wrong] = ActivationFailure(FailureReason.LOGIN_TAKEN)
    run = await direct.operations.open_activation(owner, order.id)
    await direct.operations.start_run(owner, run.id)
    await working.work()
    working.vendor.refuses.clear()
    await direct.says("owner", "/start")
    await direct.taps_push("owner", f"open:failed:{run.id}")
    for unread in ("3: moi@hoasen.vn", "0987654321"):
        await direct.says("owner", f"1: 0987654321\n{unread}")
        assert f"Em chưa rõ “{unread}”" in direct.shown("owner")
    await direct.says("owner", "1: 0987654321\n2: moi@hoasen.vn")
    assert direct.shown("owner").count("✅ Đã sửa") == 4
    await direct.taps("owner", "Thử lại 2 khách")
    await working.work()
    asked = [request.line for request in working.vendor.asked][-2:]
    assert {asked[0].phone, asked[1].email} == {"+84987654321", "moi@hoasen.vn"}
    # An address that looks mistyped is asked about.
    assert sum(working.vendor.creations.values()) == 3


async def test_another_field_than_the_one_the_vendor_named(
    direct: DirectWorld, owner: Actor, working: Working
) -> None:
    order = await _order(direct, owner, 1)
    wrong = builders.enterprise(1)
    working.vendor.refuses[wrong.tax_code] = ActivationFailure(FailureReason.LOGIN_TAKEN)
    run = await direct.operations.open_activation(owner, order.id)
    await direct.operations.start_run(owner, run.id)
    await working.work()
    await direct.says("owner", "/start")
    await direct.taps_push("owner", f"open:failed:{run.id}")
    assert "ví dụ:\n1: 0912345678\nrồi chọn “Thử lại”" in direct.shown("owner")
    await direct.taps("owner", wrong.name)
    assert "chọn mục cần sửa" in direct.shown("owner")
    await direct.says("owner", "abc xyz")
    assert "chưa rõ đây là mục nào" in direct.shown("owner")
    await direct.says("owner", "0987 654 321")
    assert "✅ Đã sửa điện thoại" in direct.shown("owner")
    assert "✅ Đã sửa, chờ thử lại" in direct.shown("owner")
    assert "chọn “Thử lại” để em kích hoạt" in direct.shown("owner")
    assert "ví dụ" not in direct.shown("owner")
    await direct.taps("owner", wrong.name)
    await direct.taps("owner", "Người đại diện")
    await direct.says("owner", "Trần Thị Bình")
    await direct.taps("owner", wrong.name)
    await direct.says("owner", "dungduoc@hoasen.vn")
    found = await direct.operations.show_licence(owner, (await _failed_id(direct, owner, run.id)))
    line = found.line
    assert (line.phone, line.representative, line.email) == (
        "+84987654321",
        "Trần Thị Bình",
        "dungduoc@hoasen.vn",
    )


async def _failed_id(direct: DirectWorld, owner: Actor, run_id: int) -> int:
    return (await direct.operations.list_failed(owner, run_id)).items[0].licence.id
