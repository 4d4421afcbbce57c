import io
import struct
import zipfile

import pytest

from domain.errors import DomainError
from gateways.workbook_archive import check_directory, check_signature
from gateways.workbooks import CalamineReader
from tests.gateways.workbook_files import HEADINGS, PARTS, ROW, archive, cells, raw_workbook, workbook

MB = 1024 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
GOOD = workbook(HEADINGS, ROW)


async def refusal(content: bytes) -> tuple[str, dict[str, object]]:
    """What the reader says as a whole, with its worker."""
    async with CalamineReader() as reader:
        with pytest.raises(DomainError) as error:
            await reader.read(content, "list.xlsx")
    return error.value.code, error.value.params


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK",
        b"MST,Ten\n0101243150,Cong ty",
        b"%PDF-1.7",
        b"PK\x05\x06" + bytes(18),
        OLE + bytes(2000),
        b"<html><table></table></html>",
    ],
)
async def test_what_is_no_xlsx_is_called_so(content):
    assert await refusal(content) == ("workbook_format", {})


async def test_another_kind_of_archive_is_called_so():
    document = archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"})

    assert await refusal(document) == ("workbook_format", {})


async def test_a_workbook_under_a_password_is_called_so():
    stream = OLE + bytes(1500) + "EncryptedPackage".encode("utf-16-le") + bytes(500)

    assert await refusal(stream) == ("workbook_password", {})


async def test_encrypted_members_are_called_so():
    content = bytearray(GOOD)
    content[content.index(b"PK\x01\x02") + 8] |= 1

    assert await refusal(bytes(content)) == ("workbook_password", {})


async def test_a_file_too_large_is_refused_unread():
    assert await refusal(GOOD + bytes(20 * MB)) == ("workbook_too_large", {"limit": 20, "of": "file"})
    check_signature(GOOD + bytes(20 * MB - len(GOOD)))


@pytest.mark.parametrize("size", [200, len(GOOD) // 2, len(GOOD) - 30])
async def test_a_truncated_file_is_broken(size):
    assert await refusal(GOOD[:size]) == ("workbook_broken", {})


async def test_damaged_bytes_inside_are_broken():
    content = raw_workbook(cells(1, "Mã số thuế", "Tên khách hàng") + "<row" + "x" * 1000)
    start = content.index(b"sheet1.xml") + 40

    assert await refusal(content[:start] + bytes(40) + content[start + 40 :]) == ("workbook_broken", {})


async def test_xml_that_is_none_is_broken():
    assert await refusal(archive({**PARTS, "xl/workbook.xml": b"<workbook><sheets"})) == (
        "workbook_broken",
        {},
    )


@pytest.mark.parametrize("size", [65 * MB, 150 * MB])
async def test_a_bomb_is_refused_without_unpacking_it(size):
    bomb = raw_workbook("", **{"xl/media/x.bin": bytes(size)})

    assert len(bomb) < MB
    assert await refusal(bomb) == ("workbook_too_large", {"limit": 64, "of": "content"})


def test_a_member_that_shrinks_too_well_is_a_bomb_even_when_small():
    bomb = raw_workbook("", **{"xl/media/x.bin": bytes(2 * MB)})

    with pytest.raises(DomainError, match="workbook_too_large"):
        check_directory(bomb)


def test_blank_formatted_rows_are_no_bomb():
    blank = "".join(
        f'<row r="{row}"><c r="A{row}" s="1"/><c r="B{row}" s="1"/></row>' for row in range(2, 60_000)
    )

    check_directory(raw_workbook(blank))


async def test_a_directory_that_lies_about_sizes_is_stopped_by_the_worker_s_bounds():
    text = b"x" * MB
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for name, part in PARTS.items():
            packed.writestr(name, part)
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=False) as sheet:
            sheet.write(b"<worksheet><sheetData><row><c t='inlineStr'><is><t>")
            for _ in range(500):
                sheet.write(text)
    lying = bytearray(content.getvalue())
    entry = lying.rindex(b"PK\x01\x02")
    (true_size,) = struct.unpack_from("<I", lying, entry + 24)
    assert true_size > 500 * MB
    struct.pack_into("<I", lying, entry + 24, MB)

    check_directory(bytes(lying))
    assert await refusal(bytes(lying)) == ("workbook_broken", {})


def test_members_that_share_their_bytes_are_broken():
    content = bytearray(archive({**PARTS, "xl/a.bin": bytes(range(256)) * 40}))
    entry = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, entry + 20, len(content))

    with pytest.raises(DomainError, match="workbook_broken"):
        check_directory(bytes(content))


async def test_too_many_members_are_refused():
    crowd = raw_workbook("", **{f"xl/media/{number}": b"" for number in range(2_000)})

    assert await refusal(crowd) == ("workbook_too_large", {"limit": 2000, "of": "members"})
