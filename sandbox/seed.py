"""The demo firm: its owner, a member of staff, and a catalogue to order for.

Put into the bot's database by the bot's own operations, once, before the bot starts in a fresh world.
"""

from collections.abc import Sequence
from importlib.resources import files

from bot.clock import SystemClock
from dialogs.registration import CONSENT_VERSION
from domain.identifiers import parse_phone
from domain.payments import PayeeAccount
from domain.people import Actor
from domain.pushes import Channel
from gateways.workbooks import CalamineReader
from sandbox.world import Person
from services.operations import Operations, build_operations
from services.people import ChatIdentity, PersonDetails
from storage.database import Database
from storage.migrate import upgrade

FIRM_NAME = "Công ty TNHH Kế toán Minh An"
FIRM_TAX_CODE = "0100109106"
LISTS = ("khach-hang-doanh-nghiep-30.xlsx", "khach-hang-ho-kinh-doanh-20.xlsx")


async def seed(database_url: str, people: Sequence[Person]) -> None:
    """Register owner and staff of `people` as one firm, and take the sample lists into its catalogue."""
    await upgrade(database_url)
    database = Database(database_url)
    payee = PayeeAccount("970436", "0011001234567", "")
    try:
        async with CalamineReader() as reader:
            operations = build_operations(database, SystemClock(), payee, (), reader)
            await _register({person.role: person for person in people}, operations)
    finally:
        await database.close()


async def _register(by_role: dict[str, Person], operations: Operations) -> None:
    owner, staff = by_role["owner"], by_role["staff"]
    accountant = await operations.register_firm(_chat(owner), _details(owner), FIRM_NAME, FIRM_TAX_CODE)
    actor = Actor(accountant.id, accountant.firm_id, accountant.role)
    token = await operations.invite_staff(actor)
    await operations.join_firm(_chat(staff), _details(staff), token)
    for name in LISTS:
        content = files("sandbox").joinpath("samples", name).read_bytes()
        await operations.take_workbook(actor, content, name)


def _chat(person: Person) -> ChatIdentity:
    return ChatIdentity(Channel.TELEGRAM, str(person.telegram_id))


def _details(person: Person) -> PersonDetails:
    email = f"{person.id}@minhan.example.com"
    return PersonDetails(person.name, parse_phone(person.phone).e164, email, CONSENT_VERSION)
