"""Stores a file from our upload page as an event of its chat."""

from gateways.zalo.events import EventKind, ZaloEvent, written_event
from gateways.zalo.files import UPLOADED
from storage.connections import Transaction
from storage.shared_files import UsedTicket
from storage.zalo_events import put_upload


async def record_upload(transaction: Transaction, used: UsedTicket) -> None:
    """`bot.uploads.Uploads.record`: to the dialogs, the file is a document sent into the chat."""
    event = ZaloEvent(
        EventKind.FILE, url=f"{UPLOADED}{used.file_token}", file_name=used.name, file_size=used.size
    )
    await put_upload(transaction, used.token_hash, used.chat_id, written_event(event), used.at)
