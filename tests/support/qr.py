"""Reading QR codes from pictures, as a phone does."""

import io

import zxingcpp
from PIL import Image


def qr_text(picture: bytes) -> str:
    """The text of the one code in a picture. Raises `ValueError` unless there is exactly one."""
    # The library's object must end here: one that outlives the tests is reported as a leak.
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))
    return str(code.text)
