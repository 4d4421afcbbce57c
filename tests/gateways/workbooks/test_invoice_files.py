"""Files of invoices as they come: what is read of each, and which are left to the readers of workbooks."""

import io
import zipfile

import pytest

from domain.errors import DomainError
from domain.invoice_files import FileKind, named
from gateways.workbooks import invoice_files
from gateways.workbooks.invoice_files import read_invoice_files
from gateways.workbooks.template import template
from tests.support.invoice_papers import PDF, xml, zipped
from texts.workbook import TEMPLATE_GUIDANCE


def test_an_xml_says_whose_it_is() -> None:
    content = b"\xef\xbb\xbf" + xml("c26taa", "00000012", "1950000.00", "0101243150")
    found = read_invoice_files(content, "bat-ky.xml")
    assert found is not None
    ((file,), others) = found
    assert (file.kind, file.form, file.series, file.number) == (FileKind.XML, "1", "C26TAA", "12")
    assert (file.total, file.buyer_ids, file.authority_code) == (1_950_000, ("0101243150",), "00AB")
    assert others == 0


@pytest.mark.parametrize("tag", ["MST", "CCCDan", "MDVQHNSach"])
def test_each_number_of_a_buyer_is_read(tag: str) -> None:
    found = read_invoice_files(xml("C26TAA", "1", -5, "001085000123", tag), "a.xml")
    assert found is not None
    assert (found[0][0].buyer_ids, found[0][0].total) == (("001085000123",), -5)


@pytest.mark.parametrize(
    "content",
    [
        b"<HDon><TTChung><KHHDon>C26TAA</KHHDon>",
        b"<a><HDon/></a>",
        xml("C26TAA", "12A", 1, "1"),
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + xml("C26TAA", "1", 1, "1").partition(b"?>")[2],
    ],
)
def test_an_xml_that_is_no_whole_invoice_names_none(content: bytes) -> None:
    found = read_invoice_files(content, "a.xml")
    assert found is not None
    assert (found[0][0].kind, found[0][0].series) == (FileKind.XML, "")


def test_an_archive_may_hold_archives_and_what_is_no_invoice_is_counted() -> None:
    inner = zipped({"hd.xml": xml("C26TAA", "1", 1, "1"), "hd.xsl": b"<xsl/>"})
    files = {"1C26TAA_1.zip": inner, "thu muc/C26TAA-1.pdf": PDF, "__MACOSX/._a.pdf": b"x", "doc.txt": b"x"}
    found = read_invoice_files(zipped(files), "hoa-don.zip")
    assert found is not None
    assert [one.name for one in found[0]] == ["hd.xml", "C26TAA-1.pdf"]
    assert found[1] == 2


@pytest.mark.parametrize("content", [template(TEMPLATE_GUIDANCE), b"MST,Ten\n1,a", b"<html></html>", b""])
def test_other_files_are_left_to_others(content: bytes) -> None:
    assert read_invoice_files(content, "a") is None


def test_an_archive_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zipped({"a.pdf": PDF + bytes(80_000_000)})
    with pytest.raises(DomainError, match="workbook_too_large"):
        read_invoice_files(bomb, "a.zip")
    monkeypatch.setattr(invoice_files, "UNPACKED_LIMIT_MB", 1)
    several = zipped({f"{at}.zip": zipped({"a.pdf": PDF + bytes(600_000)}) for at in range(2)})
    with pytest.raises(DomainError, match="workbook_too_large"):
        read_invoice_files(several, "a.zip")


def test_an_archive_that_is_cut_off_is_broken() -> None:
    with pytest.raises(DomainError, match="workbook_broken"):
        read_invoice_files(zipped({"a.pdf": PDF})[:40], "a.zip")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.pdf", PDF)
    with pytest.raises(DomainError, match="workbook_broken"):
        read_invoice_files(out.getvalue().replace(PDF, b"x" * len(PDF)), "a.zip")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("hoa-don-C26TAA-123.pdf", ("", "C26TAA", "123")),
        ("1C26TAA_00000123.pdf", ("1", "C26TAA", "123")),
        ("c26taa12.PDF", ("", "C26TAA", "12")),
        ("HD 1C26TAA so 0012 (2).pdf", ("1", "C26TAA", "12")),
        ("0101243150-1C26TAA-7.pdf", ("1", "C26TAA", "7")),
        ("hoa-don-123.pdf", ("", "", "")),
        ("C26TAA.pdf", ("", "", "")),
        ("C26TAA-123456789.pdf", ("", "", "")),
    ],
)
def test_the_name_of_a_file_tells_series_and_number(name: str, told: tuple[str, str, str]) -> None:
    assert named(name) == told
