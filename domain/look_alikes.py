"""Which customers of a catalogue may be one that was entered twice."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

_KINDS_OF_COMPANY = (
    "cong ty cty ct ctcp tnhh trach nhiem huu han mot 1 hai 2 thanh vien mtv cp co phan dntn doanh nghiep"
    " tu nhan hkd ho kinh doanh cn chi nhanh cua hang thuong mai tm dich vu dv san xuat sx xay dung xd"
    " xuat nhap khau xnk va"
)
"""Words, folded, that say what a company is rather than which."""

_COMMON = frozenset(_KINDS_OF_COMPANY.split())


class Traits(NamedTuple):
    """What two customers are compared by. `name` is folded (`domain.text.fold`)."""

    id: int
    name: str
    tax_code: str
    phone: str
    email: str


def alike_pairs(many: Sequence[Traits]) -> list[tuple[int, int, str]]:
    """Pairs of ids, the older first, that may be one customer, and what makes them look so.

    "tax_code": one tax code is the other's ten digits with a dependent unit's number added, and the names are
    alike; "name": the names differ at most in case and diacritics; "login": the representatives share a phone
    or e-mail, and the names are alike. Pairs come in this order, each once. Where many customers share one
    trait, only neighbours by name are paired, so that there are never more than a few pairs for each
    customer.
    """
    found: dict[tuple[int, int], str] = {}
    for first, second in _dependents(many):
        found.setdefault(_ids(first, second), "tax_code")
    for first, second in _neighbours(many, lambda one: one.name):
        found.setdefault(_ids(first, second), "name")
    for login in (lambda one: one.phone, lambda one: one.email):
        for first, second in _neighbours(many, login):
            if names_alike(first.name, second.name):
                found.setdefault(_ids(first, second), "login")
    return [(*ids, why) for ids, why in found.items()]


def names_alike(first: str, second: str) -> bool:
    """Whether two folded names share two thirds of the words that tell companies apart."""
    one, other = set(_core(first)), set(_core(second))
    return bool(one) and bool(other) and 3 * len(one & other) >= 2 * max(len(one), len(other))


def _core(name: str) -> tuple[str, ...]:
    words = name.split()
    return tuple(word for word in words if word not in _COMMON) or tuple(words)


def _dependents(many: Sequence[Traits]) -> Iterator[tuple[Traits, Traits]]:
    heads = {one.tax_code: one for one in many if len(one.tax_code) == 10}
    for one in many:
        head = heads.get(one.tax_code[:10])
        if head is not None and head is not one and names_alike(head.name, one.name):
            yield head, one


def _neighbours(many: Sequence[Traits], trait: Callable[[Traits], str]) -> Iterator[tuple[Traits, Traits]]:
    sharing: dict[str, list[Traits]] = {}
    for one in many:
        if shared := trait(one):
            sharing.setdefault(shared, []).append(one)
    for group in sharing.values():
        if len(group) > 1:
            yield from pairwise(sorted(group, key=lambda one: (_core(one.name), one.id)))


def _ids(first: Traits, second: Traits) -> tuple[int, int]:
    return min(first.id, second.id), max(first.id, second.id)
