"""Labels, customers kept twice and personal data, cut off at every point."""

from domain.events import Verb
from tests.crash.aftermath import check_at_rest, rows_of
from tests.crash.lives import DyingWorld, Lives
from tests.crash.seed import operations_over, register_person
from tests.crash.steps import calm, says, taps, walk
from tests.support import builders

KEPT, DOUBLE, GONE = (
    builders.enterprise(1, name="Công ty Sao Mai", email="", own_code=""),
    builders.enterprise(2, name="Công ty Sao Mai"),
    builders.enterprise(3),
)
LABELLED = (
    *calm(says("/khachhang", "3 khách"), taps("Việc khác", "3 khách"), taps("Gắn nhãn", "3 khách")),
    says("Quận 1", "Đã gắn nhãn Quận 1 cho 3 khách"),
)
MERGED = (
    *calm(
        taps("Việc khác", "3 khách"),
        taps("Khách trùng nhau", "1 cặp"),
        taps("Sao Mai ~", "Hai khách này là một?"),
    ),
    taps("Giữ ①", "Đã gộp"),
    taps("Tách ra", "Hai khách này là một?"),
    taps("Giữ ①", "Đã gộp"),
)
ERASED = (
    *calm(
        says("/khachhang", "2 khách"),
        taps("Hoa Sen 3", GONE.tax_code),
        taps("Việc khác", "Hoa Sen 3"),
        taps("Dữ liệu cá nhân", "Hoa Sen 3"),
        taps("Xóa dữ liệu", "Hoa Sen 3"),
    ),
    taps("Xóa hẳn", "Đã xóa dữ liệu của khách"),
)


async def test_each_is_done_once(lives: Lives, world: DyingWorld, database_url: str) -> None:
    chat = world.chat("newcomer")
    await world.post(f"{chat.path}/text", text="/start")
    async with operations_over(database_url) as operations:
        owner = await register_person(operations, await world.telegram_id("newcomer"))
        for data in (KEPT, DOUBLE, GONE):
            await operations.add_customer(owner, data)
    lives.begin(at_points=True)
    await walk(lives, chat, (*LABELLED, *MERGED, *ERASED))
    print(lives.summary())

    rows = await rows_of(database_url)
    kept, double, gone = rows["customers"]
    assert (kept["in_catalogue"], kept["email"], kept["own_code"]) == (True, DOUBLE.email, DOUBLE.own_code)
    assert (double["in_catalogue"], double["merged_into"]) == (False, kept["id"])
    assert (gone["in_catalogue"], gone["erased"], gone["name"], gone["phone"]) == (False, True, "", "")
    (label,) = rows["labels"]
    assert label["name"] == "Quận 1"
    assert {(one["customer_id"], one["label_id"]) for one in rows["customer_labels"]} == {
        (kept["id"], label["id"]),
        (double["id"], label["id"]),
    }
    assert [event["verb"] for event in rows["events"]] == [
        Verb.CUSTOMERS_MERGED,
        Verb.MERGE_UNDONE,
        Verb.CUSTOMERS_MERGED,
        Verb.PERSON_ERASURE_ASKED,
        Verb.PERSON_ERASED,
    ]
    check_at_rest(rows)
    assert lives.errors() == []
    assert len(set(lives.points())) == len(lives.points()) > 30
