"""What goes wrong on the way of an invoice and ends well: SePay says that it has failed and issues it all the
same; it went to a wrong address."""

from tests.journeys.test_invoices import (
    PRICES,
    checked_files,
    invoice_mails,
    next_morning,
    opened,
    pays,
    said,
)
from tests.support.apps import on_both_apps
from tests.support.prepared import with_30_customers
from tests.support.steps import code_of_placed, order_for
from tests.support.world import World

pytestmark = with_30_customers


@on_both_apps
async def test_it_is_found_and_handed_over(world: World) -> None:
    chat, office = world.chat("newcomer"), world.chat("backoffice")
    await order_for(chat, recipient="Khách hàng (nên chọn)", pick=2)
    await pays(world, await code_of_placed(chat), 2 * PRICES["Standard"])
    await world.post("einvoice/faults", error="failed_later", late=12)
    await next_morning(world)
    mails = await invoice_mails(world)
    assert sorted([await checked_files(world, mail) for mail in mails], key=int) == ["1", "2"]
    (told,) = await said(chat, "đã xuất 2 hóa đơn")
    assert "cần anh/chị sửa" not in told["text"]
    assert await said(office, "Hóa đơn chưa xuất được") == []
    failed = [one for one in await world.get("einvoice/invoices") if one["error"]]
    assert [one["state"] for one in failed] == ["issued"]


@on_both_apps
async def test_it_goes_to_the_right_address(world: World) -> None:
    chat = world.chat("newcomer")
    await order_for(chat, recipient="Khách hàng (nên chọn)", pick=1)
    code = await code_of_placed(chat)
    await pays(world, code, PRICES["Standard"])
    await next_morning(world)
    await world.later()
    (mail,) = await invoice_mails(world)
    (told,) = await said(chat, "đã xuất 1 hóa đơn")
    await opened(chat, told, code)
    await chat.taps_on("✅ Số")
    window = await chat.taps_on("Gửi tới email khác")
    assert f"Đang ghi: {mail['to']}" in window["text"]
    window = await chat.says("ke.toan@hoamai.vn")
    assert "Em gửi lại hóa đơn tới ke.toan@hoamai.vn" in window["text"]
    (again,) = await invoice_mails(world, "ke.toan@hoamai.vn")
    assert await checked_files(world, again) == await checked_files(world, mail)
