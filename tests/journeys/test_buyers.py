"""Who stands on the invoice, from the registration to the placed order."""

from tests.support.apps import on_both_apps
from tests.support.steps import register, upload
from tests.support.world import SAMPLES, Chat, World

PERSON = "001090012345"


async def _line_of(chat: Chat, window: dict[str, object], name: str) -> str:
    """What the placed order's window of a customer says."""
    assert "Đã đặt đơn" in str(window["text"])
    for label in ("Mở đơn", "Khách trong đơn", name):
        window = await chat.taps_on(label)
    return str(window["text"])


@on_both_apps
async def test_what_nobody_knows_of_the_buyers_is_asked_once(world: World) -> None:
    await world.post("registry", on=False)
    chat = world.chat("newcomer")
    await register(chat)
    await upload(chat, (SAMPLES / "khach-hang-doanh-nghiep-30.xlsx").read_bytes(), 30)

    # In the firm's name: its address is asked before the first order, and the registry is back by then.
    await world.post("registry", on=True)
    await chat.says("/mua")
    for label in ("Standard", "2027", "Kế toán dịch vụ"):
        await chat.taps_on(label)
    first = chat.labels(await chat.window())[0]
    for label in (first, "Tiếp tục với 1", "Tôi đã kiểm tra", "Tiếp tục"):
        window = await chat.taps_on(label)
    assert "Địa chỉ của đơn vị trên hóa đơn?" in window["text"]
    assert "Tra cứu theo mã số thuế thấy" in window["text"]
    window = await chat.taps_on("Đúng rồi")
    assert "MST 0101243150" in window["text"]
    placed = await _line_of(chat, await chat.taps_on("Đặt hàng"), "1")
    assert "MST: 0101243150" in placed

    # In the name of a person, whose twelve digits might be a household's tax code.
    await chat.says("/mua")
    for label in ("Starter", "2027", "Người khác", "Một người cho tất cả"):
        await chat.taps_on(label)
    for answer in ("Trần Văn Bình", "binh@holding.example.com", "0987654321"):
        await chat.says(answer)
    await chat.taps_on("Đơn vị khác")
    window = await chat.says(PERSON)
    assert f"{PERSON} là mã gì?" in window["text"]
    await chat.taps_on("Số định danh cá nhân")
    await chat.says("Trần Văn Bình")
    await chat.says("12 Lê Lợi, Huế")
    await chat.taps_on("Dùng binh@")
    second = chat.labels(await chat.window())[1]
    # How goods are costed is asked of a package with stock.
    for label in (second, "Tiếp tục với 1", "Dùng thông tin", "Tôi đã kiểm tra"):
        window = await chat.taps_on(label)
    assert f"Trần Văn Bình · Số định danh {PERSON}" in window["text"]
    # The firm's address is known by now, and so is the number: nothing more is asked.
    window = await chat.taps_on("Tiếp tục")
    assert "Đặt hàng?" in window["text"]
    placed = await _line_of(chat, await chat.taps_on("Đặt hàng"), "1")
    assert f"Số định danh: {PERSON}" in placed
