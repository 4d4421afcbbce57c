"""Every window outside the order, with the most hostile texts: shown escaped and within every limit.

`harness.check_shown` checks each window against Telegram's rules.
"""

import pytest

from dialogs.states import Customers, Intake, Menu, Merging, NewCustomer, Notices, Registration, Staff
from domain.customers import NAME_LIMIT
from domain.text import clean_line
from tests.dialogs.harness import Harness, Person
from tests.support.builders import enterprise, enterprise_tax_code
from texts.widths import fit

HOSTILE = [
    pytest.param("<b>Đậm</b> & <script>alert('x')</script> \"ngoặc\"", id="html"),
    # Two words, as a full name is asked for.
    pytest.param("Ẵ" * 60 + " " + "Ẵ" * (NAME_LIMIT - 61), id="long"),
    pytest.param("👩‍👩‍👧 Nhà 🇻🇳 bán 🍜", id="emoji"),
    pytest.param("شركة ABC ‮ngược‬ المحدودة", id="rtl"),
    pytest.param("{{ 7 * 7 }} {% raw %} {0} {item} %s", id="template"),
]


def as_kept(text: str) -> str:
    return clean_line(text, NAME_LIMIT)


def shows(chat: Person, text: str) -> bool:
    """Whether a window shows a text as it was typed, shortened or not."""
    return as_kept(text)[:20] in chat.window or any(as_kept(text)[:10] in label for label in chat.buttons)


@pytest.mark.parametrize("text", HOSTILE)
async def test_registration(harness: Harness, text: str) -> None:
    person = text[:90]
    chat = harness.stranger(text[:64])
    await chat.text("/start")
    await chat.tap("Bắt đầu")
    assert any(label.startswith("⭐ Dùng ") for label in chat.buttons)
    await chat.text(person)
    await chat.text("0101243150")
    await chat.text(text)
    await chat.tap("‹ Quay lại")
    assert shows(chat, text)
    await chat.tap("Giữ")
    await chat.text("0912345678")
    await chat.text("a@b.vn")
    assert as_kept(text) in chat.window
    assert as_kept(person) in chat.window
    await chat.tap("Tôi đồng ý")
    assert chat.message.text is not None
    assert as_kept(text) in chat.window
    for label in ("Trợ giúp", "Menu", "Nhân viên"):
        await chat.tap(label)
    assert as_kept(person) in chat.window


@pytest.mark.parametrize("text", HOSTILE)
async def test_invitation(harness: Harness, text: str) -> None:
    name = as_kept(text)[:90]
    owner = await harness.person(name)
    token = await harness.operations.invite_staff(await owner.actor())
    chat = harness.stranger("Bình")
    await chat.text(f"/start moi_{token}")
    assert f"Kế toán {name}" in chat.window


@pytest.mark.parametrize("text", HOSTILE)
async def test_colleagues(harness: Harness, text: str) -> None:
    name = as_kept(text)[:90]
    owner = await harness.person("An")
    await harness.colleague(owner, name)
    await owner.text("/thongbao")
    assert shows(owner, name)
    await owner.tap("🔵")
    assert name[:20] in owner.window
    await owner.tap("Cho nhân viên nghỉ")
    await owner.tap("👤")
    assert f"Cho {name} nghỉ?" in owner.window
    await owner.tap("Cho nghỉ")
    assert f"✅ {name} đã nghỉ" in owner.window


@pytest.mark.parametrize("text", HOSTILE)
async def test_catalogue(harness: Harness, text: str) -> None:
    chat = await harness.person()
    kept = as_kept(text)
    added = await harness.operations.add_customer(
        await chat.actor(),
        enterprise(1, name=kept, address=kept, representative=kept, own_code=kept[:30], email=""),
    )
    await harness.operations.add_customer(
        await chat.actor(), enterprise(2, name=kept, phone=enterprise(1).phone)
    )
    await chat.text("/khachhang")
    assert shows(chat, text)
    await chat.text(f"a {text}"[:300])
    assert "Đang tìm: a" in chat.window
    await chat.open(Customers.card, {"customer_id": added.customer.id})
    assert chat.window.count(kept) >= 4
    for label in ("Tên", "Địa chỉ", "Người đại diện"):
        await chat.tap(label)
        assert shows(chat, text)
        await chat.tap("Quay lại")
    await chat.tap("Việc khác")
    await chat.tap("Mã riêng")
    await chat.text(kept[:30])
    assert kept[:30] in chat.window


@pytest.mark.parametrize("text", HOSTILE)
async def test_groups(harness: Harness, text: str) -> None:
    chat = await harness.person()
    await harness.colleague(chat, as_kept(text)[:90])
    actor = await chat.actor()
    kept, label = as_kept(text), as_kept(text.replace(",", ""))[:30].strip()
    first, second = [
        (await harness.operations.add_customer(actor, enterprise(n, name=kept))).customer for n in (1, 2)
    ]
    await chat.open(Customers.card, {"customer_id": first.id})
    await chat.tap("Nhãn")
    await chat.text(label)
    assert label in chat.window
    assert any(fit(label, 31) in button for button in chat.buttons)
    await chat.tap("Đổi người phụ trách")
    await chat.tap("👤")
    await chat.tap("Việc khác")
    # The end of the tax code tells customers with one name apart.
    for opened in (("Gộp với khách trùng", second.tax_code[-4:]), ("Dữ liệu cá nhân", kept)):
        await chat.tap(opened[0])
        assert opened[1] in chat.window + "".join(chat.buttons)
        await chat.tap("‹ Quay lại")
    await chat.text("/khachhang")
    await chat.tap("Lọc")
    await chat.tap("🏷️")
    await chat.tap("🏷️")
    assert label in chat.window
    await chat.tap("Việc khác")
    await chat.tap("Đổi tên")
    await chat.tap("🏷️")
    assert label in chat.window
    await chat.tap("Xóa nhãn")
    assert label in chat.window
    await chat.open(Merging.pairs)
    await chat.tap(chat.buttons[0])
    assert kept[:90] in chat.window
    await chat.tap("Giữ ①")
    assert chat.window.count(kept) == 2


@pytest.mark.parametrize("text", HOSTILE)
async def test_new_customer(harness: Harness, text: str) -> None:
    chat = await harness.person()
    await chat.open(NewCustomer.tax_code)
    await chat.text(text)
    assert "không phải mã số thuế" in chat.window
    await chat.text(enterprise_tax_code(1))
    for _ in range(3):
        await chat.text(text)
    await chat.text(text)
    assert "không phải địa chỉ email" in chat.window
    await chat.tap("Bỏ qua hết")
    assert chat.window.count(as_kept(text)) == 3
    await chat.tap("Tên")
    assert shows(chat, text)
    await chat.tap("Giữ")
    await chat.tap("Lưu")
    await chat.open(NewCustomer.tax_code)
    await chat.text(enterprise_tax_code(1))
    assert as_kept(text) in chat.window


@pytest.mark.parametrize(
    "state, data",
    [
        (Registration.welcome, None),
        (Menu.home, None),
        (Menu.help, None),
        (Staff.list, None),
        (Staff.invitation, None),
        (Staff.invitations, None),
        (Staff.people, None),
        (Notices.list, None),
        (Notices.preferences, None),
        (Notices.quiet, None),
        (Customers.list, None),
        (Customers.filter, None),
        (Customers.work, None),
        (Customers.labels, None),
        (Merging.pairs, None),
        (NewCustomer.tax_code, None),
        (NewCustomer.name, None),
        (NewCustomer.address, None),
        (NewCustomer.representative, None),
        (NewCustomer.email, None),
        (NewCustomer.phone, None),
        (Registration.name, None),
        (Registration.firm_name, None),
        (Registration.firm_tax_code, None),
        (Registration.phone, None),
        (Registration.email, None),
        (Intake.upload, None),
    ],
    ids=str,
)
async def test_a_photo_is_answered_in_every_window(harness: Harness, state: object, data: object) -> None:
    chat = await harness.person()
    await chat.open(state, data)  # type: ignore[arg-type]
    before = chat.window
    await chat.photo()
    assert chat.window.startswith("⚠️ ")
    assert chat.window.endswith(before) or state is Staff.invitation
    assert len(chat.buttons) <= 8
