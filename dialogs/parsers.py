"""Parsers of typed answers."""

from aiogram_dialog import DialogManager

from dialogs.forms import Answer, Parse
from domain.answers.words import bare
from domain.codes import is_code
from domain.customers import NAME_LIMIT
from domain.errors import DomainError
from domain.identifiers import parse_email, parse_phone
from domain.intakes.looks import without_courtesy
from domain.names import check_legal_name, check_name, is_doubtful_name, parse_legal_name
from domain.text import clean_line
from texts.forms import NAME_DOUBTFUL


def line_of(limit: int) -> Parse:
    """A parser of one line of text of at most `limit` characters."""

    async def parse(_: DialogManager, text: str) -> Answer:
        line = clean_line(without_courtesy(text), limit)
        if is_code(line.upper()):
            raise DomainError("text_is_code", value=line)
        return Answer(line)

    return parse


def name_of(limit: int) -> Parse:
    """A parser of a person's name of at most `limit` characters."""

    read = line_of(limit)

    async def parse(manager: DialogManager, text: str) -> Answer:
        answer = await read(manager, text)
        check_name(answer.value)
        return answer

    return parse


def legal_name_of(limit: int) -> Parse:
    """A parser of the name of a business of at most `limit` characters; a doubtful one is asked about."""

    read = line_of(limit)

    async def parse(manager: DialogManager, text: str) -> Answer:
        name = (await read(manager, text)).value
        check_legal_name(name)
        return Answer(name, doubtful_name(name))

    return parse


def doubtful_name(text: str) -> dict[str, str] | None:
    """What is asked about the name of a business, as data of a dialog; `None` if nothing is. Raises what
    `parse_legal_name` raises."""
    name = parse_legal_name(text, NAME_LIMIT)
    return {"typed": name, "why": NAME_DOUBTFUL} if is_doubtful_name(name) else None


async def email_answer(_: DialogManager, text: str) -> Answer:
    email = parse_email(bare(text))
    return Answer(email.value, {"typed": email.value, "better": email.hint} if email.hint else None)


async def phone_answer(_: DialogManager, text: str) -> Answer:
    return Answer(parse_phone(bare(text)).e164)
