"""What must hold once the bot has come to rest, however often it was killed."""

from collections import Counter
from datetime import date, datetime

from domain.calendar import start_of
from domain.chats import Channel
from domain.invoices import InvoiceState
from domain.payments import PaymentState
from domain.postings import Account
from domain.transfers import VND
from services.money.catching_up import CATCH_UP_JOB
from services.money.checking import CHECK_BOOKS_JOB
from services.money.monthly_statements import MAIL_STATEMENTS_JOB
from services.scrubbing import SCRUB_JOB
from storage.database import Database
from tests.crash.lives import Lives
from tests.support.rows import Dump, Row, dump
from tests.support.world import Chat, World

REPEATED = "(Có thể em đã gửi tin này rồi.)"

CHAINS = {CATCH_UP_JOB, CHECK_BOOKS_JOB, MAIL_STATEMENTS_JOB, SCRUB_JOB}
"""Jobs that always have the next one made."""

AT_REST = {InvoiceState.DELIVERED}
"""The states of an issued document for which nothing is left to be done."""

VENDOR_MAIL = "Tài khoản phần mềm kế toán"


async def rows_of(database_url: str) -> Dump:
    """Every row of every table."""
    database = Database(database_url)
    rows = await dump(database)
    await database.close()
    return rows


async def said(chat: Chat) -> list[str]:
    """All texts of the bot in the chat. A window may stand there twice if a kill cut off its sending."""
    return [message["text"] for message in await chat.messages() if message["from"] == "bot"]


def check_pushes(lives: Lives, messages: list[str], *texts: str) -> None:
    """Each text has come. Further copies say that they are copies, and each stems from a kill between sending
    and settling."""
    repeats = 0
    for text in texts:
        copies = [message for message in messages if text in message]
        assert copies, f"{text!r} never came"
        assert all(copy.startswith(REPEATED) for copy in copies[1:])
        repeats += len(copies) - 1
    assert repeats <= lives.pushes_cut_off()


def check_live(lives: Lives, messages: list[str], before: str, at_last: str, times: int = 1) -> None:
    """At least `times` live messages have come and show `at_last`. A copy whose sending was cut off may show
    an older state, because nobody edits it."""
    copies = [text for text in messages if before in text or at_last in text]
    assert sum(at_last in text for text in copies) >= times
    assert at_last in copies[-1]
    assert len(copies) - times <= lives.pushes_cut_off()


def check_at_rest(rows: Dump, until: datetime | None = None) -> None:
    """Everything promised is done, or everything promised for `until` and before. The next reading of each
    service's list, the next comparison of the books and the next statements always wait, and the database is
    scrubbed of an erasure a minute later."""
    # Where a run is over before its progress leaves, nothing is left to say of that.
    left = [
        push for push in rows["pushes"] if (push["kind"], push["state"]) != ("activation_progress", "dropped")
    ]
    assert {push["state"] for push in left} <= {"sent"}
    # What a window has told leaves a job behind that will find nothing to do.
    told = {f"push:{push['key']}" for push in rows["pushes"] if push["sent_on"] and not push["message_ref"]}
    jobs = [job for job in rows["jobs"] if job["settled_at"] or job["name"] not in CHAINS]
    jobs = [job for job in jobs if job["settled_at"] or job["key"] not in told]
    due = [job for job in jobs if job["settled_at"] or until is None or job["due_at"] <= until]
    assert all(job["settled_at"] and not job["given_up"] for job in due)
    # A kill is no failed try.
    assert all(job["attempts"] == 1 for job in due)


def check_licences(rows: Dump, at_vendor: list[Row]) -> None:
    """The vendor was asked for each licence once, and grants what the database says."""
    assert all(licence["creations"] == 1 for licence in at_vendor)
    granted = {(one["id"], one["login"], one["state"] == "suspended") for one in at_vendor}
    done = [licence for licence in rows["licences"] if licence["step"] == "done"]
    assert {(one["vendor_id"], one["login"], one["suspended"]) for one in done} == granted
    assert len(done) == len(at_vendor)


def check_money(rows: Dump, at_bank: list[Row]) -> None:
    """Each transfer is known once, shared out to the last đồng that was not given back, and each request
    received its shares."""
    transfers = rows["transfers"]
    told = sorted((one["provider"], str(one["id"]), one["amount"]) for one in at_bank)
    assert sorted((one["provider"], one["event_id"], one["amount"]) for one in transfers) == told
    shared: Counter[int] = Counter()
    received: Counter[str] = Counter()
    for share in rows["shares"]:
        shared[share["transfer_id"]] += share["amount"]
        received[share["payment_code"]] += share["amount"]
    check_books(rows)
    matched = {one["id"]: one["amount"] for one in transfers if one["state"] == "matched"}
    of_transfer = {one["id"]: one["transfer_id"] for one in rows["journal_entries"]}
    for posting in rows["postings"]:
        if posting["account"] == Account.RETURNED and of_transfer[posting["entry_id"]] in matched:
            matched[of_transfer[posting["entry_id"]]] += posting["amount"]
    assert shared == matched
    assert {one["code"]: one["received"] for one in rows["payment_requests"] if one["received"]} == +received


def check_books(rows: Dump) -> None:
    """Each entry sums to zero; requests and transfers equal their postings."""
    entries: Counter[int] = Counter()
    owed: Counter[str] = Counter()
    at_bank: Counter[int] = Counter()
    of_transfer = {one["id"]: one["transfer_id"] for one in rows["journal_entries"]}
    for posting in rows["postings"]:
        entries[posting["entry_id"]] += posting["amount"]
        owed[posting["payment_code"]] += posting["amount"]
        if posting["account"] == Account.BANK:
            at_bank[of_transfer[posting["entry_id"]]] += posting["amount"]
    assert set(entries.values()) <= {0}
    standing = [one for one in rows["payment_requests"] if one["state"] != PaymentState.CANCELLED]
    assert all(owed[one["code"]] == one["amount"] - one["received"] for one in standing)
    told = [one for one in rows["transfers"] if not one["outgoing"] and one["state"] != "repeated"]
    assert all(at_bank[one["id"]] == one["amount"] for one in told if one["currency"] == VND)


def check_invoices(rows: Dump, at_sepay: list[Row], today: date) -> None:
    """What was received before `today` stands on documents, no dong twice, and each document is issued at
    SePay and mailed once."""
    received: Counter[str] = Counter()
    for share in rows["shares"]:
        received[share["payment_code"]] += share["amount"] if share["created_at"] < start_of(today) else 0
    codes = {(line["order_id"], line["position"]): line["payment_code"] for line in rows["order_lines"]}
    invoiced: Counter[str] = Counter()
    for line in rows["invoice_lines"]:
        invoiced[codes[line["order_id"], line["position"]]] += line["amount"]
    for request in rows["payment_requests"]:
        due = min(received[request["code"]], request["amount"])
        assert invoiced[request["code"]] == due, request["code"]
    assert {one["state"] for one in rows["invoices"]} <= AT_REST
    assert sorted(one["key"] for one in rows["invoices"]) == sorted(one["reference"] for one in at_sepay)
    check_handed_over(rows)


def check_handed_over(rows: Dump) -> None:
    """Each document that was delivered has its one mail."""
    delivered = Counter(str(one["id"]) for one in rows["invoices"] if one["state"] == "delivered")
    mailed = Counter(push["about"] for push in rows["pushes"] if push["kind"] == "invoice_issued")
    assert mailed == delivered


async def check_letters(rows: Dump, world: World) -> None:
    """Each push has brought one mail or SMS, and each activation one mail of the vendor's."""
    mails, texts = await world.mails(), await world.texts()
    addresses = {
        channel: sorted(push["address"] for push in rows["pushes"] if push["channel"] == channel)
        for channel in (Channel.EMAIL, Channel.SMS)
    }
    ours = sorted(mail["to"] for mail in mails if VENDOR_MAIL not in mail["subject"])
    assert ours == addresses[Channel.EMAIL]
    logins = sorted(mail["to"] for mail in mails if VENDOR_MAIL in mail["subject"])
    assert logins == sorted(one["login"] for one in rows["licences"] if one["step"] == "done")
    assert sorted(text["to"] for text in texts) == [f"0{phone[3:]}" for phone in addresses[Channel.SMS]]
    assert len({text["request_id"] for text in texts}) == len(texts)
