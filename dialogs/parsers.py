"""Parsers of typed answers."""

from aiogram_dialog import DialogManager

from dialogs.forms import Answer, Parse
from domain.answers.words import bare
from domain.codes import is_code
from domain.errors import DomainError
from domain.identifiers import parse_email, parse_phone
from domain.intakes.looks import without_courtesy
from domain.names import check_name
from domain.text import clean_line


def line_of(limit: int) -> Parse:
    """A parser of one line of text of at most `limit` characters."""

    async def parse(_: DialogManager, text: str) -> Answer:
        line = clean_line(without_courtesy(text), limit)
        if is_code(line.upper()):
            raise DomainError("text_is_code", value=line)
        return Answer(line)

    return parse


def name_of(limit: int) -> Parse:
    """A parser of a name of at most `limit` characters."""

    read = line_of(limit)

    async def parse(manager: DialogManager, text: str) -> Answer:
        answer = await read(manager, text)
        check_name(answer.value)
        return answer

    return parse


async def email_answer(_: DialogManager, text: str) -> Answer:
    email = parse_email(bare(text))
    return Answer(email.value, {"typed": email.value, "better": email.hint} if email.hint else None)


async def phone_answer(_: DialogManager, text: str) -> Answer:
    return Answer(parse_phone(bare(text)).e164)
