"""Groups, customers kept twice and personal data: an update that comes again counts once."""

from domain.events import Verb
from services.operations import Operations
from storage.database import Database
from tests.dialogs.again import Twice
from tests.dialogs.harness import Harness
from tests.support.builders import enterprise
from tests.support.rows import rows_of


async def test_each_counts_once(
    harness: Harness, operations: Operations, database: Database, twice: Twice
) -> None:
    chat = await harness.person()
    await harness.colleague(chat)
    actor = await chat.actor()
    for data in (enterprise(1, name="Công ty Hoa Sen", email=""), enterprise(2, name="Công ty Hoa Sen")):
        await operations.add_customer(actor, data)
    gone = (await operations.add_customer(actor, enterprise(3))).customer
    await chat.text("/khachhang")

    await chat.tap("Việc khác")
    await chat.tap("Gắn nhãn")
    await twice(chat, chat.text("Quận 1, VIP"))
    await chat.tap("Việc khác")
    await chat.tap("Gỡ nhãn")
    await twice(chat, chat.tap("Quận 1 (3)"))
    await chat.tap("Việc khác")
    await chat.tap("Giao cho một người")
    await twice(chat, chat.tap("Bình"))
    await chat.tap("Việc khác")
    await chat.tap("Đổi tên, xóa nhãn")
    await chat.tap("VIP")
    await twice(chat, chat.text("Khách quý"))
    await chat.text("/khachhang")

    await chat.tap("Việc khác")
    await chat.tap("Khách trùng nhau")
    await chat.tap("Công ty Hoa Sen ~ ")
    await twice(chat, chat.tap("Giữ ①"))
    await twice(chat, chat.tap("Tách ra"))
    await twice(chat, chat.tap("Giữ ②"))

    await chat.text(f"/start khach_{gone.id}")
    await chat.tap("Nhãn")
    await twice(chat, chat.text("Ngưng"))
    await twice(chat, chat.tap("☑️ Ngưng"))
    await chat.text(f"/start khach_{gone.id}")
    await twice(chat, chat.reply("email: moi@hoasen.vn", f"MST {gone.tax_code}"))
    await twice(chat, chat.tap("Hoàn tác"))
    await chat.text(f"/start khach_{gone.id}")
    await chat.tap("Việc khác")
    await chat.tap("Dữ liệu cá nhân")
    await chat.tap("Xóa dữ liệu")
    await twice(chat, chat.tap("Xóa hẳn"))

    assert [event["verb"] for event in await rows_of(database, "events")] == [
        Verb.CUSTOMERS_MERGED,
        Verb.MERGE_UNDONE,
        Verb.CUSTOMERS_MERGED,
        Verb.PERSON_ERASURE_ASKED,
        Verb.PERSON_ERASED,
    ]
