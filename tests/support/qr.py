"""Reading QR codes off pictures, as a phone would."""

import io

import zxingcpp
from PIL import Image


def qr_text(picture: bytes) -> str:
    """The text of the one code on a picture. Raises `ValueError` where there is not exactly one."""
    # The library's object ends here: one that outlives the tests is reported as a leak after their last line.
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))
    return str(code.text)
