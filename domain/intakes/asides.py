"""What stands in a list beside its customers: markup, senders of messages, rulers, refusals, prices."""

import html
import re
from collections import Counter
from collections.abc import Sequence

from domain.intakes.columns import meaning_of
from domain.intakes.looks import SHAPES, is_business, is_person, without_courtesy
from domain.text import fold

_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{2,5}|#x[0-9a-f]{2,4});", re.IGNORECASE)
_TAG = re.compile(r"</?(?:b|i|u|p|br|div|em|font|span|strong|td|tr)(?:\s[^<>]{0,100})?/?>", re.IGNORECASE)
_PAIRED = re.compile(r"<([A-Za-z][\w:.-]{0,40})>([^<>]{0,200})</\1>")
_MARKDOWN = re.compile(r"\*\*|(?<!\w)__|__(?!\w)|`+|~~")
_PICTURES = re.compile("[\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]+")
_RULER = re.compile(r"[\s|:=+_*~.─━═┼┬┴├┤—–-]{3,}")
_LINES_DRAWN = str.maketrans("│┃║¦", "||||")
_BRACKETED = re.compile(r"\s*\[[^\]\d\n]{2,40}\]\s*:\s*")
_SENDER = re.compile(r"\s*([^\d:;|,\t\n]{2,30}):\s+(?=\S)")
_MOST_DIGITS = r"\d{9,}"
_MANY_DIGITS = re.compile(_MOST_DIGITS)
_LOOKED_AT = 4_000


def _one_of(*lists: str) -> str:
    """A pattern of the words in these lists of `shapes.json`."""
    words = sorted((word for name in lists for word in SHAPES[name]), key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, words))})"


_REFUSED = re.compile(
    rf"(?<!\w)(?:{_one_of('not')}\s+{_one_of('wanted')}(?!\w)"
    rf"|{_one_of('without')}\s+(?={_one_of('whom')}(?!\w)|{_MOST_DIGITS}))",
    re.IGNORECASE,
)
_OVER = re.compile(rf"[\s(,;–-]{{1,4}}{_one_of('over')}[\s).!]{{0,4}}$", re.IGNORECASE)
_BESIDE_NAME = re.compile(
    r"[\s,(–-]{1,4}(?:"
    rf"{_one_of('price')}?\s*[1-9]\d{{0,2}}(?:[.,]\d{{3}})+\s?{_one_of('money')}?"
    rf"|{_one_of('price')}?\s*\d{{1,3}}(?:[.,]\d{{1,3}})?\s?{_one_of('thousands')}\d{{0,3}}(?:\s?{_one_of('money')})?"
    rf"|[1-9]\d{{5,9}}\s?{_one_of('money')}?"
    rf"|(?-i:{_one_of('package')})\s+[\w+. ]{{1,40}}"
    rf"|(?-i:{_one_of('of_year')})\s*20\d\d"
    rf"|\d{{1,2}}\s(?-i:{_one_of('of_year')})"
    r"|t\d{1,2}\s?[-–]\s?t?\d{1,2}"
    rf"|{_one_of('paid_before')}\s+{_one_of('paid')}(?!\w)[^()]{{0,30}}"
    rf")(?:/{_one_of('per')})?\)?\s?$",
    re.IGNORECASE,
)
_METHOD = re.compile(
    rf"[\s,(–-]{{1,4}}((?:{_one_of('method')}\s)?{_one_of('vat_methods')}"
    rf"|(?:tt|{_one_of('circular')}\s)\d{{2,3}})\)?\s?$",
    re.IGNORECASE,
)
_REGISTRATION = re.compile(r"\d{2}[A-HJ-NP-Z]\d{6,8}")
_CLAUSE = re.compile(rf"[,;]|\b{_one_of('clause')}\b", re.IGNORECASE)
_CORRECTED = re.compile(rf"(?<!\w){_one_of('corrected')}(?!\w)", re.IGNORECASE)
_REFUSALS = frozenset(SHAPES["over"]) | {
    f"{no} {wanted} {more}".strip()
    for no in SHAPES["not"]
    for wanted in SHAPES["wanted"]
    for more in ("", *SHAPES["no_more"])
    if wanted != "cho"
}
_LONGEST_REFUSAL = 40
_MOST_ASIDES = 4
_FORMAL_WORDS = """
cong ty tnhh cp co phan trach nhiem huu han mot hai thanh vien mtv tm dv xd sx xnk va thuong mai dich vu xay
dung san xuat dau tu van tai phat trien tu ke toan xuat nhap khau"""
_FORMAL = frozenset(_FORMAL_WORDS.split())
_COMPANY_FORMS = frozenset({"tnhh", "huu", "phan", "cp"})
_NUMBERED = re.compile(r"^\d{1,4} ")
_FEWEST_WORDS, _LONGEST_FORM = 3, 120
_MIDDLE_NAMES = ("thi", "van")


def without_markup(text: str) -> str:
    """The text without entities and tags of HTML, and with plain signs for the lines that tables have."""
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    if "<" in text:
        text = _TAG.sub(" ", _PAIRED.sub(r" \2 ", text))
    return text.translate(_LINES_DRAWN) if not text.isascii() else text


def without_pictures(text: str) -> str:
    """The text of a chat without marks of Markdown, and with a gap for little pictures."""
    text = _MARKDOWN.sub("", text)
    return text if text.isascii() else _PICTURES.sub("  ", text)


def is_ruler(line: str) -> bool:
    """Whether a line only draws one."""
    return _RULER.fullmatch(line) is not None


def without_senders(lines: Sequence[str]) -> list[str]:
    """The lines of copied messages without who sent each: a name in brackets, or one before several lines."""
    said = Counter(match[1] for line in lines if (match := _SENDER.match(line)))
    senders = {
        name for name, count in said.items() if count > 1 and not meaning_of(name) and not is_business(name)
    }

    def without(line: str) -> str:
        if match := _BRACKETED.match(line):
            return line[match.end() :]
        match = _SENDER.match(line)
        return line[match.end() :] if match and match[1] in senders else line

    return [without(line) for line in lines]


def refused_from(line: str) -> int | None:
    """From which place on a line says for whom not to buy; `None` if it does not."""
    match = _REFUSED.search(line)
    if match is None:
        over = _OVER.search(without_courtesy(line[:_LOOKED_AT]))
        return None if over is None else _clause_before(line, over.start())
    # Behind the customer, the refusal is about the one in front of it.
    return match.start() if any(char.isdigit() for char in line[match.end() :]) else 0


def is_refusal(cell: str) -> bool:
    """Whether a cell says nothing but that its customer is not to be bought for."""
    return cell[:1].isalpha() and cell[:_LONGEST_REFUSAL].strip(" .()!").casefold() in _REFUSALS


def _clause_before(line: str, end: int) -> int:
    """Where the clause begins that ends at `end`, if it and what stands before it are about different
    numbers."""
    starts = [match.start() for match in _CLAUSE.finditer(line, 0, end)]
    numbered = (at for at in reversed(starts) if _MANY_DIGITS.search(line, at, end))
    at = next(numbered, 0)
    return at if _MANY_DIGITS.search(line, 0, at) else 0


def is_correction(line: str) -> bool:
    """Whether a line takes back what it said before ("à nhầm")."""
    return _CORRECTED.search(line[:_LOOKED_AT]) is not None


def without_asides(name: str) -> str:
    """The name without the price, the package, the year or the payment that stands behind it."""
    return _stripped(name) or name


def is_aside(text: str) -> bool:
    """Whether it is nothing but a price, a package, a year or a payment."""
    return not _stripped(f"- {text}")


def _stripped(text: str) -> str:
    for _ in range(_MOST_ASIDES):
        text = _BESIDE_NAME.sub("", text)
    return text


def with_methods_apart(name: str) -> tuple[str, dict[str, str]]:
    """The name without the VAT method ("vat") and the circular ("regime") that stand behind it, and these."""
    behind: dict[str, str] = {}
    while match := _METHOD.search(name):
        behind["vat" if match[1][-1].isalpha() else "regime"] = match[1]
        name = name[: match.start()]
    return name, behind


def is_document(text: str) -> bool:
    """Whether a text names a paper, or ends with the word for its number, and so names nobody."""
    words = fold(text[:_LOOKED_AT]).split()
    return bool(words) and (words[-1] == "so" or words[0] == "giay")


def is_registration(text: str) -> bool:
    """Whether it is the number of a household's certificate of before it had tax codes (01E8012345)."""
    return _REGISTRATION.fullmatch(text) is not None


def person_behind(name: str) -> tuple[str, str] | None:
    """A firm's name and the person behind it, where nothing parts them.

    A firm that may itself be called after the person has nothing else in its name.
    """
    words = name.split()
    for count in (4, 3, 5):
        person = words[-count:]
        firm = words[:-count]
        if len(firm) > 2 and fold(person[1]) in _MIDDLE_NAMES and is_person(" ".join(person)):
            own = [word for word in fold(" ".join(firm)).split() if word not in _FORMAL]
            is_firm = fold(firm[0]) in ("cong", "cty", "ctcp") or fold(firm[0]) in _FORMAL
            return (" ".join(firm), " ".join(person)) if own and is_firm else None
    return None


def is_legal_form(text: str) -> bool:
    """Whether a text is only the beginning of a firm's name: three words or more, none of which names it."""
    if len(text) > _LONGEST_FORM:
        return False
    words = _NUMBERED.sub("", fold(text)).split()
    is_form = len(words) >= _FEWEST_WORDS and all(word in _FORMAL for word in words)
    return is_form and not _COMPANY_FORMS.isdisjoint(words)
