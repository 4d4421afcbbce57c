"""Whether a buyer is named as registered. Only usual shortenings may differ (Decree 254/2026, annex 4)."""

import re
import unicodedata

_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_BETWEEN = re.compile(r"(?:(?![\u0300-\u036f])[\W_])+")


def same_name(one: str, other: str) -> bool:
    """Whether two names differ in nothing but case, punctuation and usual shortenings."""
    return _key(one) == _key(other)


def same_address(one: str, other: str) -> bool:
    """As `same_name`; words such as `số`, `đường` and `tỉnh` may be left out."""
    return _key(one, _LEFT_OUT) == _key(other, _LEFT_OUT)


def _words(text: str) -> list[str]:
    """The words in small letters, each with its tone at its end: `hoà` and `hòa` are one word."""
    plain = unicodedata.normalize("NFD", text.casefold())
    tone_last = (_TONE.sub("", word) + "".join(_TONE.findall(word)) for word in _BETWEEN.split(plain))
    return [word for word in tone_last if word]


_SHORTENED = tuple(
    (" ".join(_words(whole)), letters)
    for whole, letters in (
        ("trách nhiệm hữu hạn", "tnhh"),
        ("một thành viên", "mtv"),
        ("1 thành viên", "mtv"),
        ("hai thành viên trở lên", ""),
        ("2 thành viên trở lên", ""),
        ("doanh nghiệp tư nhân", "dntn"),
        ("hộ kinh doanh", "hkd"),
        ("ctcp", "cty cp"),
        ("công ty", "cty"),
        ("cổ phần", "cp"),
        ("thương mại", "tm"),
        ("dịch vụ", "dv"),
        ("sản xuất", "sx"),
        ("xuất nhập khẩu", "xnk"),
        ("chi nhánh", "cn"),
        ("việt nam", "vn"),
        ("thành phố", "tp"),
        ("hồ chí minh", "hcm"),
        ("hà nội", "hn"),
        ("thị trấn", "tt"),
        ("thị xã", "tx"),
        ("phường", "p"),
        ("quận", "q"),
        ("huyện", "h"),
    )
)
_LEFT_OUT = frozenset(word for text in ("số", "đường", "đ", "tỉnh", "vn") for word in _words(text))
"""Words that an address may lack. A name keeps them."""


def _key(text: str, left_out: frozenset[str] = frozenset()) -> str:
    words = f" {' '.join(_words(text))} "
    for whole, letters in _SHORTENED:
        words = words.replace(f" {whole} ", f" {letters} ")
    return "".join(word for word in words.split() if word not in left_out)
