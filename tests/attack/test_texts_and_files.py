"""Hostile names in each message, workbooks and files, and texts that were made to take long."""

import dataclasses
import io
import re
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from domain.answers.reading import read_answer
from domain.codes import find_codes
from domain.errors import DomainError
from domain.intakes.checking import check_entries
from domain.intakes.pasting import looks_like_list, read_text
from domain.link_codes import find_link_code
from domain.names import check_legal_name, is_doubtful_name
from gateways.workbooks.export import OpenpyxlWriter
from gateways.workbooks.workbooks import CalamineReader
from sandbox.telegram.entities import formatted
from services.ports import Table
from tests.support.attack import LONG, tell
from tests.texts.messaging.pushes.samples import CONTENTS
from texts.messaging.pushes import WORDINGS, PushTexts
from texts.messaging.pushes.chat_mail import ChatMails
from texts.messaging.pushes.words import unworded

NAMES = (
    "<b>Kế", "</b></i></a>", '<a href="http://evil.vn">x</a>', "<script>alert(1)</script>", "&lt;b&gt;",
    "&#60;b&#62;", "A\r\nBcc: x@y.vn", "A\nSubject: B", "=1+1", '"><img src=x onerror=1>',
    "A'; DROP TABLE firms; --",
    "{name} %s {0}", "\u202eẪ" * 20, "😀" * 60, "VIETCOMBANK: TK bi khoa, vao https://evil.vn/vcb",
    "<i>Ten</i> =1+1 http://evil.vn",
)  # fmt: skip
NAMED = ("name", "representative", "address", "note", "content", "reason", "refusal", "reference")


def _named(value: Any, name: str) -> Any:
    """The content with this name wherever somebody's words stand."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {one.name: getattr(value, one.name) for one in dataclasses.fields(value) if one.init}
        return type(value)(
            **{
                at: name if at in NAMED and type(kept) is str and kept else _named(kept, name)
                for at, kept in fields.items()
            }
        )
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return tuple(_named(one, name) for one in value)
    return value


def test_names_are_only_names_in_chats_mails_and_texts() -> None:
    texts, mails = PushTexts(lambda _: b"qr"), ChatMails(lambda _: b"qr")
    told = {"in_chats": 0, "mails": 0, "SMS": 0}
    for name in NAMES:
        for content in (_named(one, name) for one in CONTENTS):
            html = texts.chat(content, False).html
            # Telegram takes it, and no tag is anybody else's.
            formatted(html, "HTML", None, 100_000, "message")
            assert not re.search("<(?!/?(b|i|u|s|code|pre|blockquote|a)[ >])", html), name
            assert "<a href=" not in html, name
            told["in_chats"] += 1
            wording = WORDINGS[type(content)]
            for mail in [
                mails.mail(content, False),
                *([texts.mail(content, False)] if _leaves(wording) else []),
            ]:
                assert not {"\r", "\n"} & set(mail.subject), name
                assert "<script" not in mail.html
                assert "onerror=1>" not in mail.html
                assert 'href="http://evil' not in mail.html
                told["mails"] += 1
            if _leaves(wording):
                sms = texts.sms(content)
                assert sms.isascii()
                told["SMS"] += 1
        if "http" in name:
            with pytest.raises(DomainError):
                check_legal_name(name)
    assert min(told.values()) >= 16
    tell("hostile names", names=len(NAMES), **told, tags=0, headers=0, links=0)


def _leaves(wording: Any) -> bool:
    return wording.sms is not unworded


async def test_no_cell_of_a_workbook_is_a_formula() -> None:
    begins = [sign + rest for sign in "=+-@\t\r" for rest in ("1+1", "cmd|' /C calc'!A0", "SUM(A1)", "")]
    cells = [begin + name for begin in begins for name in NAMES] * (3 if LONG else 1)
    content = await OpenpyxlWriter().write([Table("t", ("a", "b"), [[one, one] for one in cells])])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if b"<f>" in archive.read(name)]
    assert 2 * len(cells) >= 798 or not LONG
    tell("workbooks", cells=2 * len(cells), formulas=0)


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def _workbook(sheet: bytes, more: dict[str, bytes] | None = None) -> bytes:
    types = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    return _zip(
        {
            "[Content_Types].xml": types,
            "xl/workbook.xml": b"<workbook/>",
            "xl/worksheets/sheet1.xml": sheet,
            **(more or {}),
        }
    )


LAUGHS = (
    b"<!DOCTYPE a ["
    + b"".join(b'<!ENTITY l%d "%s">' % (one + 1, b"&l%d;" % one * 10) for one in range(1, 10))
    + b'<!ENTITY l1 "ha">]><worksheet>&l10;</worksheet>'
)
XXE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet>&x;</worksheet>'
FILES: dict[str, Callable[[], bytes]] = {
    "bomb of 300 MB": lambda: _workbook(b"<worksheet>" + b" " * 300 * 2**20),
    "billion laughs": lambda: _workbook(LAUGHS),
    "file of the machine": lambda: _workbook(XXE),
    "30,000 members": lambda: _zip({f"xl/{one}": b"" for one in range(30_000)}),
    "sheet of 50 MB": lambda: _workbook(b"<worksheet>" + b"<row/>" * (50 * 2**20 // 6)),
    "nothing": lambda: b"",
    "half an archive": lambda: _workbook(b"<worksheet/>")[:-30],
    "a program": lambda: b"MZ" + b"\x00" * 1_000,
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 1_000,
}


@pytest.mark.long
async def test_hostile_files_are_refused_and_the_next_list_is_read() -> None:
    async with CalamineReader() as reader:
        for name, make in FILES.items():
            with pytest.raises(DomainError):
                await reader.read_list(make(), whose=name)
        found = await reader.read_list("Mã số thuế,Tên\n0101243150,Công ty An Bình\n".encode(), whose="An")
    assert found is not None
    assert len(found.entries) == 1
    tell("files", hostile=len(FILES), refused=len(FILES))


PIECES = (
    "0101243150 ", "01 ", "1 2 3 4 5 6 7 ", "a@", "[", "(", "- ", "Công ty ", "mst: ", "MST\n", "x\t", "a:\n",
    "1\n", "MST|Tên\n0101243150|A\n", "12/12/2026 ", "l1O0", "không mua ", "&amp;", "<b ", "1.000.", "Ã´",
    "aâ", "KT", "NOI ", "Tên: a\n", "\n\n", "0912345678/", "Lê Thị ", "gói a ", "bỏ (",
    "0101243150/001 ", "28.11.2026 09",
    "a.vn/", "..",
)  # fmt: skip
ENTRIES: dict[str, Callable[[str], object]] = {
    "a list": lambda text: check_entries((0, number, texts) for number, texts in read_text(text).customers),
    "looks": looks_like_list,
    "codes": find_codes,
    "link codes": find_link_code,
    "names": is_doubtful_name,
    "answers": lambda text: read_answer(text, None),
}


def test_no_text_takes_long() -> None:
    """Where time grows by the square of the length, 4,096 characters would still take seconds."""
    worst, slowest = "", 0.0
    for name, entry in ENTRIES.items():
        for piece in PIECES:
            text = (piece * 4_096)[:4_096]
            began = time.process_time()
            entry(text)
            took = time.process_time() - began
            if took > slowest:
                worst, slowest = f"{name} {piece!r}", took
    # Seen: 0.1 s; a pattern that explodes takes minutes.
    assert slowest < 5, worst
    tell(
        "texts of 4,096 characters",
        tried=len(ENTRIES) * len(PIECES),
        slowest=f"{slowest * 1000:.0f} ms of CPU ({worst})",
    )
