"""What an accountant writes behind `/mua`: a year, a package and customers, in any order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.intakes.entries import OrderWish
from domain.packages import Package
from domain.text import fold

_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBER = re.compile(r"'?[\d.\-]*\d[\d.\-]*")
_APART = re.compile(r"[\s,;|]+")
_FILLERS = frozenset({"goi", "nam", "mst", "cho", "va"})
_FORMS = ("cong ty", "cty", "ct", "ho", "hkd", "dntn", "doanh nghiep", "chi nhanh", "hop tac xa", "htx")
DIGITS = 9
"""A tax code has at least this many digits, even if it lost a zero."""

_MOST_WORDS = 3
"""A misspelt package has at most this many words; more are somebody's name."""


@dataclass(frozen=True, slots=True)
class ReadWish:
    """What a text behind `/mua` says.

    `customers` are the lines that speak of customers, empty if none does. `wrong_years` are not sold, and
    `wrong_words` name no package. An order has one year and one package: where the text names more, they are
    in `several` and none is wished for. `years` and `packages` are what there is to choose from. `everyone`
    says that all customers are meant, `customer_ids` are those that were found by name.
    """

    wish: OrderWish
    customers: str
    wrong_years: tuple[int, ...] = ()
    wrong_words: tuple[str, ...] = ()
    several: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    packages: tuple[str, ...] = ()
    everyone: bool = False
    customer_ids: tuple[int, ...] = ()


def read_wish(text: str, packages: Sequence[Package], years: Sequence[int]) -> ReadWish:
    """Read what stands behind `/mua`. Packages are known by code or name, whatever case and diacritics.

    Year and package are looked for at the beginning, up to the first number, and in lines that hold nothing
    else but tax codes. All other lines are left to be read as customers.
    """
    names = {fold(name): package.code for package in packages for name in (package.code, package.name)}
    first, *others = text.splitlines() or [""]
    head, tail = _parted(first)
    beginning = _read(head, names)
    pieces = [beginning]
    lines = [" ".join([*beginning.names, *tail])]
    for line in [lines.pop(), *others]:
        piece = _read(_tokens(line), names)
        if piece.names:
            lines.append(line)
        else:
            pieces.append(piece)
            lines += _codes(piece.numbers)
    said = sorted({year for piece in pieces for year in piece.years})
    wanted = sorted({code for piece in pieces for code in piece.packages})
    offered = [year for year in said if year in years]
    several = [*(offered if len(offered) > 1 else ()), *(wanted if len(wanted) > 1 else ())]
    return ReadWish(
        OrderWish(
            wanted[0] if len(wanted) == 1 else None,
            offered[0] if len(offered) == 1 else None,
        ),
        "\n".join(line for line in lines if line.strip()),
        tuple(year for year in said if year not in years),
        tuple(word for piece in pieces for word in piece.wrong),
        tuple(map(str, several)),
        tuple(sorted(years)),
        tuple(package.name for package in packages),
    )


@dataclass(slots=True)
class _Piece:
    """What one line holds. `names` are words that must belong to a customer."""

    years: list[int] = field(default_factory=list)
    packages: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)


def _tokens(line: str) -> list[str]:
    return [token for token in _APART.split(line) if token]


def _parted(line: str) -> tuple[list[str], list[str]]:
    """The words before the first number that is no year, and the rest."""
    tokens = _tokens(line)
    numbers = (at for at, token in enumerate(tokens) if _is_number(token))
    at = next(numbers, len(tokens))
    return tokens[:at], tokens[at:]


def _is_number(token: str) -> bool:
    return bool(_NUMBER.fullmatch(token)) and not _YEAR.fullmatch(token)


def _codes(numbers: Sequence[str]) -> list[str]:
    """Lines of one tax code each; the groups of digits of one code are put together."""
    lines: list[str] = []
    grouped = False
    for number in numbers:
        whole = sum(char.isdigit() for char in number) >= DIGITS
        if grouped and not whole:
            lines[-1] += f" {number}"
        else:
            lines.append(number)
        grouped = not whole
    return lines


def _read(tokens: Sequence[str], names: dict[str, str]) -> _Piece:
    piece = _Piece()
    words: list[str] = []
    for token in [*tokens, ""]:
        if token and not _YEAR.fullmatch(token) and not _is_number(token):
            words.append(token)
            continue
        _place(piece, words, names)
        words = []
        if _YEAR.fullmatch(token):
            piece.years.append(int(token))
        elif token:
            piece.numbers.append(token)
    return piece


def _place(piece: _Piece, words: list[str], names: dict[str, str]) -> None:
    """Add words in a row to `piece` as a package, maybe with a name behind it, a misspelt package or a name;
    fillers are nothing."""
    said = [word for word in words if fold(word) not in _FILLERS]
    text = " ".join(said)
    folded = fold(text)
    if not folded:
        return
    for length in range(len(said), 0, -1):
        if (code := names.get(fold(" ".join(said[:length])))) is not None:
            piece.packages.append(code)
            _place(piece, said[length:], names)
            return
    if len(said) > _MOST_WORDS or "@" in text or folded.startswith(_FORMS):
        piece.names.append(text)
    else:
        piece.wrong.append(text)
