import struct

import pytest

from domain.errors import DomainError
from gateways.workbooks.archive import check_archive
from tests.gateways.workbooks.workbook_files import HEADINGS, PARTS, ROW, archive, raw_workbook, workbook

MB = 1024 * 1024
GOOD = workbook(HEADINGS, ROW)


def refusal(content: bytes) -> tuple[str, dict[str, object]]:
    with pytest.raises(DomainError) as error:
        check_archive(content)
    return error.value.code, error.value.params


def test_a_workbook_may_be_opened() -> None:
    check_archive(GOOD)


@pytest.mark.parametrize("size", [200, len(GOOD) // 2, len(GOOD) - 30], ids=["head", "half", "most"])
def test_a_truncated_file_is_broken(size: int) -> None:
    assert refusal(GOOD[:size]) == ("workbook_broken", {})


def test_a_bomb_is_refused_without_unpacking_it() -> None:
    bomb = raw_workbook("", **{"xl/media/x.bin": bytes(65 * MB)})

    assert len(bomb) < MB
    assert refusal(bomb) == ("workbook_too_large", {"limit": 64, "of": "content"})


def test_a_member_that_shrinks_too_well_is_a_bomb_even_when_small() -> None:
    bomb = raw_workbook("", **{"xl/media/x.bin": bytes(2 * MB)})

    assert refusal(bomb) == ("workbook_too_large", {"limit": 64, "of": "content"})


def test_blank_formatted_rows_are_no_bomb() -> None:
    blank = "".join(
        f'<row r="{row}"><c r="A{row}" s="1"/><c r="B{row}" s="1"/></row>' for row in range(2, 60_000)
    )

    check_archive(raw_workbook(blank))


def test_members_that_share_their_bytes_are_broken() -> None:
    content = bytearray(archive({**PARTS, "xl/a.bin": bytes(range(256)) * 40}))
    entry = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, entry + 20, len(content))

    assert refusal(bytes(content)) == ("workbook_broken", {})


def test_too_many_members_are_refused() -> None:
    crowd = raw_workbook("", **{f"xl/media/{number}": b"" for number in range(2_000)})

    assert refusal(crowd) == ("workbook_too_large", {"limit": 2000, "of": "members"})


def test_a_member_that_cannot_be_unpacked_is_broken() -> None:
    content = bytearray(archive({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet" * 9}))
    content[45:55] = bytes(10)

    assert refusal(bytes(content)) == ("workbook_broken", {})
