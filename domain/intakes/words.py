"""Reads a text of a list as words: a name, an address, a person."""

import re

from domain.customers import NAME_LIMIT
from domain.errors import DomainError
from domain.intakes.garbled import has_lost_letters, readable
from domain.intakes.looks import SHAPES, is_nothing, is_person
from domain.names import check_name
from domain.text import clean_line, fold

_SHOWN_LIMIT = 60
_TITLE = re.compile(rf"(?:{'|'.join(SHAPES['titles'])})\.?\s", re.IGNORECASE)
_MIDDLE = ("van", "thi")
"""Behind "Ông" these make it a surname."""
_CONTACT = re.compile(r"\S{1,64}@\S{1,190}|[+(]{0,2}\d[\d .()-]{6,}")


def parse_text(text: str, limit: int) -> str:
    """One line of at most `limit` characters. Raises what `clean_line` raises; words that
    say that nothing is known count as no text."""
    line = clean_line(text, limit)
    if is_nothing(line):
        raise DomainError("text_empty")
    return line


def parse_words(text: str, limit: int) -> str:
    """`parse_text` of a name or an address, in proper letters.

    Raises also "text_garbled" (value, suggestion) for a text in another encoding that can only be guessed,
    and "letters_lost" (value).
    """
    found = readable(text)
    line = parse_text(found.text if found and found.certain else text, limit)
    if has_lost_letters(line):
        raise DomainError("letters_lost", value=line[:_SHOWN_LIMIT])
    if found and not found.certain:
        raise DomainError("text_garbled", value=line[:_SHOWN_LIMIT], suggestion=found.text)
    return line


def parse_person(text: str) -> str:
    """A person's name. Raises "person_with_contact" (value, choices) for a name with a phone or an e-mail
    beside it, and what `parse_words` and `check_name` raise."""
    name = parse_words(text, NAME_LIMIT)
    titled = _TITLE.match(name)
    if titled and is_person(name[titled.end() :]) and fold(name[titled.end() :].split()[0]) not in _MIDDLE:
        name = name[titled.end() :]
    if not _CONTACT.search(name):
        check_name(name)
        return name
    alone = _CONTACT.sub(" ", name).strip(" -,;:/()|.")
    raise DomainError(
        "person_with_contact",
        value=name[:_SHOWN_LIMIT],
        choices=(clean_line(alone, NAME_LIMIT),) if alone else (),
    )
