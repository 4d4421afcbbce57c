"""What a text says of whoever writes it, who is no customer: their firm in a contract, an invoice, a
signature or a sentence, and their own phone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from domain.errors import DomainError
from domain.intakes.entries import Entry, EntryField, Problem, Standing
from domain.intakes.looks import codes_in, is_business, is_person, is_tax_code
from domain.text import flat

_NUMBER = r"\d(?:[ .-]{0,3}\d){8,13}"
_ME = r"(?:em|minh|toi|tui|chung (?:toi|em|minh)|tui em|bon em)"
_ELDER = r"(?:anh|chi)(?=\s{0,2}(?:la |:|mst|ma so|so |\d|\())"
_I = rf"(?:{_ME}|{_ELDER})(?!\w)"
_FIRM = r"(?:cong ty|cty|ct|don vi|van phong|vp|dai ly|dich vu|dv)"
_OWN_FIRM = re.compile(
    rf"(?<!\w)(?:(?:(?:ben|ben {_FIRM}|{_FIRM}) (?P<me>{_I})"
    rf"|(?P<trade>{_ME} (?:la |lam |o ){{0,2}}(?:ben )?(?:{_FIRM} ){{0,2}}"
    r"(?:dai ly thue|ke toan|tu van thue)(?!\w))"
    rf"|(?:mst|ma so thue|ma thue)(?: cua)?(?: ben| {_FIRM}){{0,2}} (?P<i>{_I}))"
    rf"(?P<between>[^\d\n;]{{0,120}}))(?P<number>{_NUMBER})\)?"
)
_OWN_PHONE = re.compile(
    r"(?<!\w)(?:sdt|dt|so(?: dt| dien thoai)?|dien thoai|zalo|lh|lien he|lien lac|goi|alo|nhan|ib)"
    rf"(?: (?:cho|cua|voi|qua)){{0,2}} (?:{_I}|e(?!\w))(?P<between>[^\d\n;]{{0,30}})(?P<number>\+?{_NUMBER})"
)
_OF_OTHERS = re.compile(
    r"(?<!\w)(?:mua|cho|khach|dat|dang ky|gia han|can|list|danh sach|ds|gui|co|them|nhan|quan ly)(?!\w)"
)
_OF_CODES = re.compile(r"(?<!\w)(?:mst|ma so)(?!\w)")
_PARTY = re.compile(
    r"\W{0,9}(?:(?:\d{1,2}|[ivx]{1,3})[.)] ?)?(?:(?:ho )?(?:va )?ten |mst |ma so thue |thong tin )?"
    r"(?:(?:ben|don vi|nguoi) (?P<who>a|b|ban|mua|cung cap|cung ung|thuc hien|thue|su dung|giao|khach hang)"
    r"|(?P<me>(?:ben|don vi|cong ty) (?:em|minh|chung toi|ke toan)|seller|supplier)(?=\W{0,3}(?:$|:))"
    r"|(?P<buyer>(?:cua )?khach(?: hang)?|buyer)(?=\W{0,3}(?:$|:)))(?!\w)"
)
_SELLS = re.compile(r"(?<!\w)(?:ben|nguoi|don vi) (?:ban|cung cap|cung ung|thuc hien|dich vu)(?!\w)")
_BUYS = re.compile(r"(?<!\w)(?:ben|nguoi|don vi) (?:mua|thue|su dung|giao|khach hang)(?!\w)")
_ACCOUNTING = re.compile(r"(?<!\w)(?:ke toan|dai ly thue|tu van thue|kiem toan|accounting|tax agent)(?!\w)")
_BRACKETS = re.compile(r"\([^()]{0,100}\)")
_PARTIES_END = re.compile(r"\W{0,9}(?:dieu \d|hai ben|sau khi|cung nhau|noi dung|stt(?!\w))")
_FAREWELL = re.compile(
    r"\W{0,3}(?:(?:xin )?(?:cam on va )?(?:tran trong|kinh thu|kinh chao|than ai|than men|than)"
    r"(?: (?:cam on|kinh chao))?(?: (?:em|anh|chi|ban|cac ban|quy khach))?"
    r"|(?:thanks?(?: you)? ?(?:and|&|,)? ?)?(?:with )?(?:best |kind |warm )?regards"
    r"|(?:tks|thanks) ?(?:and|&) ?br|sincerely(?: yours)?|yours (?:sincerely|faithfully))\W{0,4}"
)
_NEXT_MESSAGE = re.compile(
    r"\s*(?:>|-{3,}.{0,40}(?:forward|message|chuyen tiep)|(?:tu|from|den|to|date|subject)\s?:|\[\d)"
)
_CONTACT = re.compile(
    r"@|www|website|(?<!\w)(?:dt|tel|mobile|hotline|phone|sdt|hp|cell)(?!\w)"
    r"|(?<!\d)0(?:3[2-9]|[5789]\d)\d{7}(?!\d)"
)
_HINTS = re.compile(
    r"regards|sincerely|faithfully|tran trong|kinh (?:thu|chao)|(?:^|\n)\W{0,3}than\W|& ?br"
    r"|(?:^|\n).{0,30}(?:ben|nguoi|don vi) (?:a|b|ban|mua|cung|thuc)(?!\w)|(?<!\w)(?:seller|supplier)"
    rf"|(?<!\w){_ME}\W"
    rf"|(?<!\w){_ELDER}"
)
_LONGEST = 15
"""A signature, and a party of a contract, has at most this many lines."""


@dataclass
class OwnSide:
    """The lines with blanks for what is about whoever writes, what was left out, with its number from 1, and
    the numbers of lines in which a customer is asked about."""

    lines: list[str]
    left: list[tuple[int, str]] = field(default_factory=list)
    doubted: set[int] = field(default_factory=set)

    @cached_property
    def codes(self) -> set[str]:
        """All tax codes that stood in the lines when they were first asked for."""
        return {code for line in self.lines for code in codes_in(line)}

    def leave_out(self, start: int, end: int) -> None:
        """Leave out whole lines, and name those with a business or a number in them."""
        self.left += [(at + 1, self.lines[at]) for at in range(start, end) if self.lines[at].strip()]
        self.lines[start:end] = [""] * (end - start)

    def cut(self, at: int, start: int, end: int) -> None:
        """Leave out a part of a line."""
        line = self.lines[at]
        self.left.append((at + 1, line[start:end]))
        self.lines[at] = line[:start] + line[end:]


def without_own_side(lines: Sequence[str]) -> OwnSide:
    """The lines without what is about whoever writes.

    What only may be so is kept and asked about, and so is the only tax code of a text.
    """
    found = OwnSide(list(lines))
    plain = [flat(line) for line in lines]
    if not _HINTS.search("\n".join(plain)):
        return found
    _take_parties(found, plain)
    _take_signature(found, plain)
    for at, line in enumerate(plain):
        if found.lines[at]:
            _take_clauses(found, at, line)
    return found


@dataclass(frozen=True, slots=True)
class _Party:
    start: int
    letter: str
    sells: bool
    buys: bool
    is_accounting: bool


def _take_parties(found: OwnSide, plain: Sequence[str]) -> None:
    """Leave out the party that sells, or keeps books; of two that say nothing, ask about the second."""
    parties = [party for at in range(len(plain)) if (party := _party(found.lines, plain, at))]
    letters = {one.letter for one in parties}
    sellers = {one.start for one in parties if one.sells and not one.buys}
    if not sellers and any(one.buys and not one.sells for one in parties):
        sellers = {one.start for one in parties if not one.buys and one.letter in ("a", "b")}
    if not sellers:
        sellers = {one.start for one in parties if one.is_accounting}
    if len(sellers) == len(parties):
        sellers = set()
    starts = [*(one.start for one in parties), len(plain)]
    for party, until in zip(parties, starts[1:], strict=True):
        places = range(party.start + 1, min(until, party.start + _LONGEST))
        end = next((at for at in places if _PARTIES_END.match(plain[at])), places.stop)
        if party.start in sellers:
            found.leave_out(party.start, end)
        elif not sellers and letters >= {"a", "b"} and party.letter == "b":
            found.doubted.update(range(party.start + 1, end + 1))


def _party(lines: Sequence[str], plain: Sequence[str], at: int) -> _Party | None:
    line = plain[at]
    match = _PARTY.match(line)
    if match is None:
        return None
    below = next((one for one in range(at, min(at + 3, len(lines))) if is_business(_value(lines[one]))), at)
    return _Party(
        at,
        match["who"] or "",
        bool(match["me"] or _SELLS.search(line)),
        bool(match["buyer"] or _BUYS.search(line)),
        _ACCOUNTING.search(_BRACKETS.sub("", flat(_value(lines[below])))) is not None,
    )


def _value(line: str) -> str:
    """What stands behind the label of a line."""
    return _BRACKETS.sub("", line).partition(":")[2].strip() or line.strip()


def _take_signature(found: OwnSide, plain: Sequence[str]) -> None:
    """Leave out what stands below a farewell, if customers stand above it and a contact below."""
    codes_above = False
    for at, line in enumerate(plain):
        if codes_above and _FAREWELL.fullmatch(line):
            places = range(at + 1, min(at + 1 + _LONGEST, len(plain)))
            end = next((one for one in places if _NEXT_MESSAGE.match(plain[one])), places.stop)
            if _is_signature(found, plain, at + 1, end):
                found.leave_out(at, end)
            continue
        codes_above = codes_above or any(codes_in(line))


def _is_signature(found: OwnSide, plain: Sequence[str], start: int, end: int) -> bool:
    below = plain[start:end]
    if end - start == _LONGEST or len({code for line in below for code in codes_in(line)}) > 1:
        return False
    if any(map(_ACCOUNTING.search, below)):
        return True
    # A line like those of customers may be one more of them.
    is_like_customer = any(any(codes_in(line)) and is_business(line) for line in found.lines[start:end])
    has_contact = any(map(_CONTACT.search, below))
    if has_contact and not is_like_customer:
        return True
    if has_contact or any(is_person(line.strip(" ,.")) for line in found.lines[start:end]):
        found.doubted.update(range(start + 1, end + 1))
    return False


def _take_clauses(found: OwnSide, at: int, line: str) -> None:
    """Leave out what a line says of the writer's firm and phone."""
    if match := _OWN_FIRM.search(line):
        code = re.sub(r"[ .]", "", match["number"])
        behind = found.lines[at][match.start("between") :].lstrip()
        # "Công ty em Hoa" is the firm of somebody called so.
        is_of_somebody = behind[:1].isupper() and not behind.startswith("MST") and not is_business(behind)
        me = found.lines[at][slice(*(match.span("me") if match["me"] else match.span("i")))]
        is_of_somebody = is_of_somebody or me[:1].isupper()
        is_own = not _OF_OTHERS.search(match["between"]) and (match["trade"] or not is_of_somebody)
        if is_own and is_tax_code(code):
            # Without its mark, "minh" may be a name.
            if me != "minh" and not found.codes <= {code}:
                found.cut(at, match.start(), match.end())
                line = flat(found.lines[at])
            else:
                found.doubted.add(at + 1)
    if (match := _OWN_PHONE.search(line)) and not _OF_CODES.search(match["between"]):
        found.cut(at, match.start(), match.end())


def with_own_asked(entry: Entry, code: str) -> Entry:
    """The entry with the question whether it is meant, if it is the firm whose list it is (`code`)."""
    if not code or entry.get(EntryField.TAX_CODE) != code or entry.standing is Standing.REPEATED:
        return entry
    values = dict(entry.values)
    del values[EntryField.TAX_CODE]
    error = DomainError("tax_code_own_firm", value=code, choices=(code,))
    problem = Problem(EntryField.TAX_CODE, code, error)
    return replace(entry, values=values, problems=(problem, *entry.problems), standing=Standing.WRONG)
