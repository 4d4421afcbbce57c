"""The page by which a file is sent into a chat whose app carries no documents."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import quote

from aiohttp import web

from bot.bodies import BodyRefused, TooLong, read_body
from bot.pages import file_name, page
from bot.upload_form import BrokenForm, file_of_form
from dialogs.anywhere import LIST_ENDINGS
from domain.chats import Channel, channel_of
from domain.errors import DomainError
from domain.files import FILE_LIMIT_MB
from domain.invoice_files import named
from gateways.workbooks.file_kinds import check_beginning
from storage.shared_files import UPLOADED_MIME, Record, SqlSharedFiles, Ticket, TicketState, TooMuchToday
from texts import uploads as texts
from texts.errors import say

UPLOAD_LIMIT = FILE_LIMIT_MB * 1024 * 1024
FORM_LIMIT = UPLOAD_LIMIT + 16 * 1024
"""The most bytes of a file, and of the form around it."""

IDLE_SECONDS = 60.0
"""A form that brings nothing for this many seconds is given up."""

MOST_OF_A_TICKET = 2
"""How many tries of one ticket may run at once: after a lost connection the next need not wait."""

MOST_AT_ONCE = 16
"""How many files may come in at once; each is held in memory until it is stored."""

_OF_INVOICES = {".zip": b"PK\x03\x04", ".xml": b"<", ".pdf": b"%PDF-"}

log = logging.getLogger(__name__)


class Uploads(NamedTuple):
    """What is done with a file that was sent in: `record` writes it down in the transaction that stores it;
    `arrived` is called after the commit, and must not fail."""

    record: Record
    arrived: Callable[[], None]


def add_upload_routes(
    app: web.Application,
    files: SqlSharedFiles,
    uploads: Mapping[Channel, Uploads],
    disk_has_room: Callable[[], bool],
) -> None:
    """`GET` and `POST /upload/{token}`, for the chats of the apps in `uploads`. Nothing is taken unless
    `disk_has_room`."""
    reception = _Reception(files, uploads, disk_has_room)
    app.router.add_get("/upload/{token:[^/]+}", reception.show)
    app.router.add_post("/upload/{token:[^/]+}", reception.take)


class _Refused(Exception):
    """The file is not taken; the sentence says why. The page may send another."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


class _Reception:
    def __init__(
        self, files: SqlSharedFiles, uploads: Mapping[Channel, Uploads], disk_has_room: Callable[[], bool]
    ) -> None:
        self._files, self._uploads, self._disk_has_room = files, uploads, disk_has_room
        self._under_way: Counter[str] = Counter()

    async def show(self, request: web.Request) -> web.Response:
        try:
            ticket = await self._files.ticket(request.match_info["token"])
        except Exception:
            return _failed("the page that takes a file cannot be shown")
        if ticket is not None and ticket.state is TicketState.OPEN:
            return _form(ticket)
        # The browser is sent here once the file has come, so that loading the page again sends nothing.
        if ticket is not None and ticket.state is TicketState.USED and "done" in request.query:
            return page(texts.RECEIVED)
        return _closed(ticket)

    async def take(self, request: web.Request) -> web.Response:
        token = request.match_info["token"]
        try:
            ticket = await self._files.ticket(token)
            if ticket is None or ticket.state is not TicketState.OPEN:
                return _closed(ticket)
            if self._under_way[token] >= MOST_OF_A_TICKET or self._under_way.total() >= MOST_AT_ONCE:
                return page(texts.BUSY, web.HTTPTooManyRequests.status_code, {"Retry-After": "60"})
            if not self._disk_has_room():
                log.error("a file that was sent in is refused: the disk is nearly full")
                return page(texts.FAILED, web.HTTPServiceUnavailable.status_code)
            if not await self._files.has_room(ticket):
                return _too_much(ticket)
            self._under_way[token] += 1
            try:
                return await self._take(request, token, ticket)
            finally:
                self._under_way -= Counter([token])
        except Exception:
            return _failed("a file that was sent in is not stored")

    async def _take(self, request: web.Request, token: str, ticket: Ticket) -> web.Response:
        try:
            name, content = await _receive(request)
        except _Refused as refusal:
            return _form(ticket, refusal.sentence, refusal.status)
        uploads = self._uploads[channel_of(ticket.chat_id)]
        try:
            found = await self._files.use_ticket(token, content, name, UPLOADED_MIME, uploads.record)
        except TooMuchToday:
            return _too_much(ticket)
        if found is None or found.state is not TicketState.OPEN:
            return _closed(found)
        uploads.arrived()
        # The address is relative, since a proxy may have put a path before this one.
        return page("", web.HTTPSeeOther.status_code, {"Location": f"{quote(token)}?done=1"})


async def _receive(request: web.Request) -> tuple[str, bytes]:
    """The name and content of the file, judged without opening it. Raises `_Refused`."""
    try:
        body = await read_body(request, FORM_LIMIT, IDLE_SECONDS)
        sent = file_of_form(request.headers.get("Content-Type", ""), body)
        if len(sent.content) > UPLOAD_LIMIT:
            raise TooLong
    except TooLong:
        too_large = DomainError("workbook_too_large", limit=FILE_LIMIT_MB, of="file")
        raise _Refused(web.HTTPRequestEntityTooLarge.status_code, say(too_large)) from None
    except (BodyRefused, BrokenForm):
        raise _Refused(web.HTTPBadRequest.status_code, texts.NOT_WHOLE) from None
    if not sent.name and not sent.content:
        raise _Refused(web.HTTPBadRequest.status_code, texts.NO_FILE)
    name = file_name(sent.name)
    try:
        if not _may_be_of_invoices(name, sent.content):
            check_beginning(sent.content)
            if not name.casefold().endswith(LIST_ENDINGS):
                raise DomainError("workbook_format")
    except DomainError as error:
        raise _Refused(web.HTTPUnprocessableEntity.status_code, say(error)) from None
    return name, sent.content


def _may_be_of_invoices(name: str, content: bytes) -> bool:
    """Whether a file is no list, but may be of invoices: it is judged where such are asked for."""
    beginning = _OF_INVOICES.get(name.casefold()[-4:])
    if beginning is None or not content[:8].lstrip(b"\xef\xbb\xbf").startswith(beginning):
        return False
    return beginning != b"%PDF-" or bool(named(name)[1])


def _form(ticket: Ticket, trouble: str = "", status: int = web.HTTPOk.status_code) -> web.Response:
    return page(texts.form(ticket.expires_at, FILE_LIMIT_MB, trouble), status)


def _too_much(ticket: Ticket) -> web.Response:
    return _form(ticket, texts.TOO_MUCH_TODAY, web.HTTPTooManyRequests.status_code)


def _closed(ticket: Ticket | None) -> web.Response:
    if ticket is None:
        return page(texts.NO_UPLOAD, web.HTTPNotFound.status_code)
    html = texts.USED if ticket.state is TicketState.USED else texts.EXPIRED
    return page(html, web.HTTPGone.status_code)


def _failed(what: str) -> web.Response:
    """Log the exception being handled; the page that tells of it."""
    log.exception(what)
    return page(texts.FAILED, web.HTTPServiceUnavailable.status_code)
