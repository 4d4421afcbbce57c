"""Files of issued invoices, as a program of the seller's makes them."""

import io
from zipfile import ZIP_DEFLATED, ZipFile

from domain.invoices import Invoice

PDF = b"%PDF-1.7 "


def xml(
    series: str,
    number: str,
    total: int | str,
    buyer: str,
    tag: str = "MST",
    form: str = "1",
    code: str = "00AB",
) -> bytes:
    """In the form of decision 1450/QĐ-TCT, and with numbers around it that are not its own."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<HDon><DLHDon Id="data"><TTChung><PBan>2.1.0</PBan><THDon>Hóa đơn giá trị gia tăng</THDon>
<KHMSHDon>{form}</KHMSHDon><KHHDon>{series}</KHHDon><SHDon>{number}</SHDon><NLap>2026-06-16</NLap>
<TTHDLQuan><KHMSHDCLQuan>1</KHMSHDCLQuan><SHDCLQuan>999</SHDCLQuan></TTHDLQuan></TTChung>
<NDHDon><NBan><Ten>Nhà cung cấp</Ten><MST>0100109106</MST></NBan>
<NMua><Ten>Hoa Sen</Ten><{tag}>{buyer}</{tag}></NMua>
<DSHHDVu><HHDVu><THHDVu>Phần mềm</THHDVu><ThTien>1</ThTien></HHDVu></DSHHDVu>
<TToan><TgTCThue>1</TgTCThue><TgTThue>0</TgTThue><TgTTTBSo>{total}</TgTTTBSo></TToan></NDHDon></DLHDon>
<MCCQT Id="MCCQT">{code}</MCCQT></HDon>""".encode()


def xml_of(invoice: Invoice, **changes: int | str) -> bytes:
    """The XML of a document that has its number."""
    assert invoice.number is not None
    said: dict[str, int | str] = {"total": invoice.amount, "buyer": invoice.buyer.tax_id, **changes}
    return xml(invoice.number.series, invoice.number.number, **said)  # type: ignore[arg-type]


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()
