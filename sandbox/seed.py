"""The demo firm: its owner, a member of staff, and a catalogue of customers.

The bot's own operations put it into the database once, before the bot starts in a fresh world.
"""

from collections.abc import Sequence
from importlib.resources import files

from bot.clock import SystemClock
from domain.chats import Channel
from domain.consents import CONSENT_VERSION
from domain.identifiers import parse_phone
from domain.intakes.checking import with_entry
from domain.payments import PayeeAccount
from domain.people import Actor
from gateways.workbooks.workbooks import CalamineReader
from sandbox.world import Person
from services.operations import Operations, build_operations
from services.people.people import ChatIdentity, PersonDetails
from storage.database import Database
from storage.migrate import upgrade

FIRM_NAME = "Công ty TNHH Kế toán Minh An"
FIRM_TAX_CODE = "0100109106"
FIRM_ADDRESS = "25 Lý Thường Kiệt, phường Cửa Nam, Hà Nội"
LISTS = ("khach-hang-doanh-nghiep-30.xlsx", "khach-hang-ho-kinh-doanh-20.xlsx")


async def seed(database_url: str, people: Sequence[Person]) -> None:
    """Register owner and staff of `people` as one firm, and put the sample lists into its catalogue."""
    await upgrade(database_url)
    database = Database(database_url)
    payee = PayeeAccount("970436", "0011001234567", "")
    try:
        async with CalamineReader() as reader:
            operations = build_operations(database, SystemClock(), payee, (), reader)
            actor = await _register({person.role: person for person in people}, operations)
            for name in LISTS:
                found = await reader.read_list(files("sandbox").joinpath("samples", name).read_bytes())
                for entry in found.entries if found else ():
                    await operations.add_customer(actor, with_entry(None, entry))
    finally:
        await database.close()


async def _register(by_role: dict[str, Person], operations: Operations) -> Actor:
    owner, staff = by_role["owner"], by_role["staff"]
    accountant = await operations.register_firm(
        _chat(owner), _details(owner), FIRM_NAME, FIRM_TAX_CODE, FIRM_ADDRESS
    )
    actor = accountant.actor
    token = await operations.invite_staff(actor)
    await operations.join_firm(_chat(staff), _details(staff), token)
    return actor


def _chat(person: Person) -> ChatIdentity:
    return ChatIdentity(Channel.TELEGRAM, str(person.telegram_id))


def _details(person: Person) -> PersonDetails:
    email = f"{person.id}@minhan.example.com"
    return PersonDetails(person.name, parse_phone(person.phone).e164, email, CONSENT_VERSION)
