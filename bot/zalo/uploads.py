"""Stores a file from our upload page as an event of its chat."""

from bot.zalo.updates import milliseconds_of
from domain.chats import Channel
from domain.files import UPLOADED
from gateways.zalo.events import EventKind, ZaloEvent, written_event
from storage.connections import Transaction
from storage.inbox import Arrival, put_arrivals
from storage.shared_files import UsedTicket


async def record_upload(transaction: Transaction, used: UsedTicket) -> None:
    """`bot.uploads.Uploads.record`: to the dialogs, the file is a document sent into the chat."""
    event = ZaloEvent(
        EventKind.FILE, url=f"{UPLOADED}{used.file_token}", file_name=used.name, file_size=used.size
    )
    name, sequence = f"upload:{used.token_hash}", milliseconds_of(used.at)
    arrival = Arrival(name, used.chat_id, sequence, written_event(event))
    await put_arrivals(transaction, Channel.ZALO, [arrival], used.at)
