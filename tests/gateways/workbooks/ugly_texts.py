"""Ugly lists that are plain text."""

import csv
import io
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from tests.gateways.workbooks.ugly_files import AN, BAO, CUC, HEAD, LIST, Ugly, ready

SAMPLES = Path(__file__).parents[3] / "sandbox" / "samples"
_TONES = "\u0300\u0301\u0303\u0309\u0323"


def text(
    rows: Sequence[Sequence[object]] = LIST,
    separator: str = ",",
    end: str = "\r\n",
    quoting: Literal[0, 1] = csv.QUOTE_MINIMAL,
) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)
    return out.getvalue()


def windows(content: str) -> bytes:
    """Windows-1258: letters with their diacritics, followed by their tones."""
    out = ""
    for letter in content:
        parts = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
        out += base + "".join(part for part in parts if part in _TONES)
    return out.encode("cp1258")


def _message() -> bytes:
    return (SAMPLES / "tin-nhan-dan.txt").read_bytes()


_BROKEN_LINES = [
    HEAD,
    [*AN[:2], "Số 1 Láng\nĐống Đa, Hà Nội", *AN[3:]],
    BAO,
    [*CUC[:2], 'Chợ "Mơ"\r\n3', *CUC[3:]],
]
_UNCLOSED = text().replace("Công ty CP Bảo Ngọc", '"Công ty CP Bảo Ngọc')
_KEPT = text().replace(AN[0], '"=""0101243150"""').replace(CUC[0], "'001195039855")
_SCIENTIFIC = text(
    [HEAD, ["1.01243150E+08", *AN[1:]], ["3.12346E+09", *BAO[1:]], ["1.195039855E+11", *CUC[1:]]]
)
_MESSAGE_LINES = [
    f"{row} {code} {name} lacking"
    for row, code, name in (
        (2, "9969436387", "Công ty TNHH May mặc Đông Á Xanh 301"),
        (3, "9925064847", "Công ty TNHH MTV Dược phẩm Đông Á Xanh 302"),
        (4, "9974120477", "Công ty TNHH MTV Thương mại Thiên Ân 303"),
        (5, "9942905828", "Công ty CP Du lịch Việt Đức 304"),
        (6, "9943306506", "Công ty TNHH MTV Xây dựng Lộc Phát 305"),
        (7, "9952139428", "Công ty TNHH Điện lạnh Việt Đức 306"),
        (8, "9977190440", "Công ty TNHH MTV Cơ khí Minh Khôi 307"),
        (9, "9900324765", "Công ty TNHH Nông sản Phú Quý 308"),
        (10, "9963138793", "Công ty CP Xây dựng Quang Vinh 309"),
        (11, "9942125754", "Công ty TNHH MTV Thương mại Quang Vinh 310"),
        (12, "9955508835", "Công ty TNHH MTV Thực phẩm Sao Mai 311"),
        (13, "9908342808", "Công ty CP In ấn Ý Tưởng Xanh 312"),
    )
]

TEXTS = [
    Ugly("utf-8", lambda: text().encode(), ready(2, 3, 4)),
    Ugly("utf-8 with a mark", lambda: text().encode("utf-8-sig"), ready(2, 3, 4)),
    Ugly("utf-16 with a mark", lambda: text(separator="\t").encode("utf-16"), ready(2, 3, 4)),
    Ugly("utf-16 big-endian with a mark", lambda: b"\xfe\xff" + text().encode("utf-16-be"), ready(2, 3, 4)),
    Ugly("utf-16 without a mark", lambda: text().encode("utf-16-le"), ready(2, 3, 4)),
    Ugly("utf-16 big-endian without a mark", lambda: text().encode("utf-16-be"), ready(2, 3, 4)),
    Ugly("windows-1258", lambda: windows(text()), ready(2, 3, 4)),
    Ugly("decomposed letters", lambda: unicodedata.normalize("NFD", text()).encode(), ready(2, 3, 4)),
    Ugly("semicolons", lambda: text(separator=";").encode(), ready(2, 3, 4)),
    Ugly("tabs", lambda: text(separator="\t").encode(), ready(2, 3, 4)),
    Ugly("pipes", lambda: text(separator="|").encode(), ready(2, 3, 4)),
    Ugly(
        "a first line that names the separator",
        lambda: b"sep=;\r\n" + text(separator=";").encode(),
        ready(2, 3, 4),
    ),
    Ugly("lines that end as on an old Mac", lambda: text(end="\r").encode(), ready(2, 3, 4)),
    Ugly("everything quoted", lambda: text(quoting=csv.QUOTE_ALL).encode(), ready(2, 3, 4)),
    Ugly("line breaks and quotes in cells", lambda: text(_BROKEN_LINES).encode(), ready(2, 3, 4)),
    Ugly(
        "a quote that is never closed",
        lambda: (
            _UNCLOSED.replace('"Số 1 Láng, Hà Nội"', "Láng")
            .replace('"2 Lê Lợi, Huế"', "Huế")
            .replace('"3 Chợ Mơ, Hà Nội"', "Mơ")
            .encode()
        ),
        [
            "2 0101243150 Công ty TNHH An Bình ready",
            '3 0312345673 "Công ty CP Bảo Ngọc ready',
            "4 001195039855 Hộ kinh doanh Cúc ready",
        ],
    ),
    Ugly("digits kept as a formula and after an apostrophe", lambda: _KEPT.encode(), ready(2, 3, 4)),
    Ugly(
        "digits in scientific notation",
        _SCIENTIFIC.encode,
        [
            "2 101243150 Công ty TNHH An Bình wrong",
            "3 3.12346E+09 Công ty CP Bảo Ngọc wrong",
            "4 1.195039855E+11 Hộ kinh doanh Cúc wrong",
        ],
    ),
    Ugly(
        "rows of many lengths",
        lambda: text([HEAD, [*AN, "", "gọi sau"], BAO[:2], CUC]).encode(),
        [
            "2 0101243150 Công ty TNHH An Bình ready",
            "3 0312345673 Công ty CP Bảo Ngọc lacking",
            "4 001195039855 Hộ kinh doanh Cúc ready",
        ],
    ),
    Ugly("no headings", lambda: text([AN, BAO, CUC]).encode(), ready(1, 2, 3)),
    Ugly(
        "tax codes alone",
        lambda: b"0101243150\n0312345673\n001195039855\n",
        [
            "1 0101243150 - lacking",
            "2 0312345673 - lacking",
            "3 001195039855 - lacking",
        ],
    ),
    Ugly("a message kept as a file", _message, _MESSAGE_LINES),
    Ugly("an end-of-file sign of DOS", lambda: text().encode() + b"\x1a", ready(2, 3, 4)),
    Ugly("a cell of a megabyte", lambda: text([HEAD, [*AN, "x" * 2**20], BAO, CUC]).encode(), ready(2, 3, 4)),
    Ugly("100,000 rows", lambda: text([HEAD, *[AN] * 100_000]).encode(), "workbook_rows"),
    Ugly("headings alone", lambda: text([HEAD]).encode(), "workbook_no_rows"),
    Ugly("a letter", lambda: "Kính gửi anh chị,\nem gửi sau ạ.\n".encode(), "workbook_no_list"),
    Ugly("millions of separators", lambda: b"," * 5_000_000, "workbook_no_list"),
    Ugly("millions of blank lines", lambda: b"MST\n" + b"\n" * 5_000_000, "workbook_rows"),
    Ugly("nothing", bytes, "workbook_empty"),
    Ugly("blank lines", lambda: b"\xef\xbb\xbf \r\n\r\n\t", "workbook_empty"),
    Ugly("bytes without sense", lambda: bytes(range(256)) * 40, "workbook_format"),
    Ugly("zeros", lambda: bytes(5000), "workbook_empty"),
]
