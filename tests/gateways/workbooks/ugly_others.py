"""Files that are not lists, whatever their names say."""

from tests.gateways.workbooks.binary_files import biff, ods_of, ole
from tests.gateways.workbooks.ugly_files import LIST, Ugly
from tests.gateways.workbooks.workbook_files import archive, workbook

_MB = 1024 * 1024
_HTML = b'<html><head><meta charset="utf-8"></head><body><table><tr><td>MST</td></tr></table></body></html>'
_PAGE = b'<html><head><meta charset="utf-8"></head><body><p>MST 0101243150</p></body></html>'
_XML = (
    b'<?xml version="1.0"?>\r\n<?mso-application progid="Excel.Sheet"?>\r\n'
    b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
)
_MESSAGE = b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n" + _HTML


def _encrypted_member() -> bytes:
    content = bytearray(workbook(*LIST))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


OTHERS = [
    Ugly("PDF", lambda: b"%PDF-1.7\n%\xe2\xe3", "workbook_format pdf"),
    Ugly("PNG", lambda: b"\x89PNG\r\n\x1a\n", "workbook_format picture"),
    Ugly("JPEG", lambda: b"\xff\xd8\xff\xe0\0\x10JFIF", "workbook_format picture"),
    Ugly("photo of a telephone", lambda: b"\0\0\0\x18ftypheic\0\0\0\0", "workbook_format picture"),
    Ugly("WebP", lambda: b"RIFF\x24\0\0\0WEBPVP8 ", "workbook_format picture"),
    Ugly("Word", lambda: archive({"word/document.xml": b"<document/>"}), "workbook_format word"),
    Ugly("old Word", lambda: ole({"1Table": b"", "WordDocument": b"\xec\xa5"}), "workbook_format word"),
    Ugly("rich text", lambda: b"{\\rtf1\\ansi MST 0101243150}", "workbook_format word"),
    Ugly(
        "text document",
        lambda: archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}),
        "workbook_format word",
    ),
    Ugly("slides", lambda: archive({"ppt/presentation.xml": b"<p/>"}), "workbook_format word"),
    Ugly("RAR", lambda: b"Rar!\x1a\x07\x01\0", "workbook_format archive"),
    Ugly("7z", lambda: b"7z\xbc\xaf\x27\x1c\0\4", "workbook_format archive"),
    Ugly("gzip", lambda: b"\x1f\x8b\x08\0", "workbook_format archive"),
    Ugly("ZIP of workbooks", lambda: archive({"a.xlsx": workbook(*LIST)}), "workbook_format archive"),
    Ugly("empty ZIP", lambda: b"PK\x05\x06" + bytes(18), "workbook_format archive"),
    Ugly("Numbers", lambda: archive({"Index/Document.iwa": b"\0"}), "workbook_format numbers"),
    Ugly("web page without a table", lambda: _PAGE, "workbook_format html"),
    Ugly("web page in utf-16", lambda: _PAGE.decode().encode("utf-16"), "workbook_format html"),
    Ugly("web page with headings alone", lambda: _HTML, "workbook_no_rows"),
    Ugly("web archive", lambda: _MESSAGE, "workbook_format html"),
    Ugly("empty XML spreadsheet of 2003", lambda: _XML, "workbook_no_list"),
    Ugly("broken XML spreadsheet of 2003", lambda: _XML.replace(b"/>", b"><Work"), "workbook_broken"),
    Ugly("other XML", lambda: b"<HDon><MST>0101243150</MST></HDon>", "workbook_format xml"),
    Ugly("compound file of something else", lambda: ole({"Contents": b"x"}), "workbook_format"),
    Ugly("more than 20 MB", lambda: workbook(*LIST) + bytes(20 * _MB), "workbook_too_large file"),
    Ugly(
        "a password (.xlsx)",
        lambda: ole({"EncryptionInfo": b"\4\0\4\0", "EncryptedPackage": b"\x9c" * 5000}),
        "workbook_password",
    ),
    Ugly(
        "a password (.xls)", lambda: ole({"Workbook": biff(("A", LIST), encrypted=True)}), "workbook_password"
    ),
    Ugly("a password (.ods)", lambda: ods_of("", "<encryption-data/>"), "workbook_password"),
    Ugly("a password (.zip)", _encrypted_member, "workbook_password"),
]
