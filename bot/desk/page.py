"""The routes of the desk's page. Each act is the operation of the chat's window, and each sentence is its
own."""

import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.desk.acts import Acts
from bot.desk.filters import filter_of
from bot.desk.queues import PAYMENT, Queues, at_once
from bot.desk.seats import NoSeat, NotOurForm, Seat, Seats
from bot.pages import PICTURES, file, page
from domain.errors import DomainError
from domain.files import picture_file
from services.back_office.tables import TableFilter
from services.operation import LARGEST_ID
from services.operations import Operations
from services.paging import PAGE_SIZE, TABLE_ROWS
from services.ports import Attachments, RetryLater
from texts.back_office import bank_days, lookup, page_words, returns
from texts.back_office.log import recent_words
from texts.back_office.page import TABLES, note, render, said
from texts.back_office.page_style import STYLE
from texts.errors import say

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.Response]]
Seated = Callable[[web.Request, Seat], Awaitable[web.Response]]


def add_desk_routes(
    app: web.Application, operations: Operations, seats: Seats, attachments: Attachments
) -> None:
    """`/desk`: a link is opened by a form, so that what only looks at links opens none."""
    pages = _Pages(operations, seats, attachments)
    add = app.router
    add.add_get("/desk/open/{link:[^/]+}", pages.guarded(pages.show_link))
    add.add_post("/desk/open/{link:[^/]+}", pages.guarded(pages.open_link))
    add.add_post("/desk/leave", pages.seated(pages.leave))
    add.add_post("/desk/several", pages.seated(pages.several))
    add.add_get(f"/desk/{{table:{'|'.join(TABLES)}}}", pages.seated(pages.table))
    add.add_get("/desk/transfers/{id:[0-9]{1,19}}", pages.seated(pages.transfer))
    add.add_post("/desk/transfers/{id:[0-9]{1,19}}", pages.seated(pages.decide))
    add.add_get("/desk/cases/{id:[0-9]{1,19}}", pages.seated(pages.case))
    add.add_get("/desk/orders/{code:[^/]+}", pages.seated(pages.order))
    queues = f"{{queue:{'|'.join(page_words.QUEUES)}}}"
    add.add_get(f"/desk/{queues}", pages.seated(pages.queue))
    add.add_get("/desk/claims/{id:[0-9]{1,19}}/picture", pages.seated(pages.picture))
    for path in (f"/desk/{queues}/{{id:[0-9]{{1,19}}}}", f"/desk/{{queue:{PAYMENT}}}"):
        add.add_get(path, pages.seated(pages.waiting))
        add.add_post(path, pages.seated(pages.settle))


class _Pages:
    def __init__(self, operations: Operations, seats: Seats, attachments: Attachments) -> None:
        self._desk, self._seats, self._base = operations.desk, seats, seats.base
        self._attachments = attachments
        self._acts, self._queues = Acts(self._desk), Queues(operations)

    def guarded(self, handler: Handler) -> Handler:
        """Whatever goes wrong becomes a page."""

        async def handle(request: web.Request) -> web.Response:
            try:
                return await handler(request)
            except NoSeat:
                return self._note(page_words.OVER, web.HTTPUnauthorized.status_code)
            except NotOurForm:
                return self._note(page_words.NOT_OURS, web.HTTPForbidden.status_code)
            except DomainError as refusal:
                return self._note((say(refusal),), web.HTTPUnprocessableEntity.status_code)
            except web.HTTPException:
                raise
            except Exception:
                log.exception("a page of the desk cannot be shown")
                return self._note(page_words.FAILED, web.HTTPServiceUnavailable.status_code)

        return handle

    def seated(self, handler: Seated) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            return await handler(request, await self._seats.seat(request))

        return self.guarded(handle)

    async def show_link(self, request: web.Request) -> web.Response:
        try:
            await self._seats.seat(request)
        except NoSeat:
            if not await self._seats.is_fresh(request.match_info["link"]):
                return self._note(page_words.USED, web.HTTPNotFound.status_code)
            return self._page(render("open", self._base, page_words.OPEN_TITLE))
        return self._go("transfers")

    async def open_link(self, request: web.Request) -> web.Response:
        answer = self._go("transfers")
        if not await self._seats.sit(request.match_info["link"], answer):
            return self._note(page_words.USED, web.HTTPNotFound.status_code)
        return answer

    async def leave(self, request: web.Request, seat: Seat) -> web.Response:
        await self._seats.form(request, seat)
        answer = self._note(page_words.LEFT)
        await self._seats.leave(seat, answer)
        return answer

    async def table(self, request: web.Request, seat: Seat) -> web.Response:
        table, asked, trouble = request.match_info["table"], request.query, ""
        wanted = filter_of(asked.get)
        try:
            rows, total = await self._rows(seat, table, wanted)
        except DomainError as refusal:
            rows, total, trouble = [], 0, say(refusal)
        query = urlencode({name: asked[name] for name in ("state", "first", "last", "text") if name in asked})
        html = self._render(
            seat,
            "table",
            TABLES[table],
            table=table,
            wanted=wanted,
            rows=rows,
            columns=page_words.COLUMNS[table],
            states=page_words.FILTER_STATES[table],
            sought=page_words.SOUGHT[table],
            acts=page_words.ACTS[table] if any(row.may for row in rows) else {},
            caption=page_words.caption(table, total),
            pages=max(1, -(-total // TABLE_ROWS)),
            query=query,
            all="all" in asked,
            trouble=trouble,
            bank=await self._bank(seat, wanted) if table == "transfers" else (),
        )
        return self._page(html)

    async def transfer(self, request: web.Request, seat: Seat) -> web.Response:
        return await self._transfer(seat, _id(request), done=request.query.get("done", ""))

    async def case(self, request: web.Request, seat: Seat) -> web.Response:
        view = await self._desk.view_case(seat.actor, _id(request))
        card = said(returns.CARD, **returns.card_words(view))
        html = self._render(
            seat,
            "details",
            returns.number(view.case),
            table="cases",
            card=card,
            settle=view.transfer.id,
        )
        return self._page(html)

    async def order(self, request: web.Request, seat: Seat) -> web.Response:
        look = await self._desk.look_up_order(seat.actor, request.match_info["code"])
        html = self._render(
            seat,
            "details",
            page_words.ORDER.format(code=look.order.code),
            table="orders",
            card=said(lookup.HEAD, **lookup.head_words(look)),
            lines=[recent_words(entry) for entry in look.timeline],
        )
        return self._page(html)

    async def decide(self, request: web.Request, seat: Seat) -> web.Response:
        fields, transfer_id = await self._seats.form(request, seat), _id(request)
        act = fields.one("act")
        try:
            if fields.one("sure") or act == "take":
                await self._acts.do(seat.actor, transfer_id, act, fields)
                return self._go(f"transfers/{transfer_id}?done={act}")
            check = await self._acts.check(seat.actor, transfer_id, act, fields)
        except DomainError as refusal:
            return await self._transfer(seat, transfer_id, trouble=say(refusal))
        back = f"{self._base}/transfers/{transfer_id}"
        return self._page(self._render(seat, "check", table="transfers", back=back, **check))

    async def queue(self, request: web.Request, seat: Seat) -> web.Response:
        name, wanted = request.match_info["queue"], filter_of(request.query.get)
        rows, total = await self._queues.rows(seat.actor, name, wanted.page)
        html = self._render(
            seat,
            "table",
            page_words.QUEUES[name],
            table=name,
            wanted=wanted,
            rows=rows,
            columns=page_words.COLUMNS[name],
            caption=page_words.caption(name, total),
            pages=max(1, -(-total // PAGE_SIZE)),
            enter=page_words.ENTER if name == "claims" else "",
            done=page_words.DONE.get(request.query.get("done", ""), ""),
        )
        return self._page(html)

    async def waiting(self, request: web.Request, seat: Seat) -> web.Response:
        return await self._waiting(request, seat)

    async def settle(self, request: web.Request, seat: Seat) -> web.Response:
        fields, name = await self._seats.form(request, seat), request.match_info["queue"]
        act, number = fields.one("act"), _id(request)
        table = _table_of(name)
        try:
            if fields.one("sure") or at_once(act):
                await self._queues.do(seat.actor, name, number, act, fields)
                return self._go(f"{table}?done={name}-{act}")
            check = await self._queues.check(seat.actor, name, number, act, fields)
        except DomainError as refusal:
            return await self._waiting(request, seat, trouble=say(refusal))
        back = f"{self._base}/{table}"
        return self._page(self._render(seat, "check", table=table, back=back, **check))

    async def _waiting(self, request: web.Request, seat: Seat, trouble: str = "") -> web.Response:
        name = request.match_info["queue"]
        shown = await self._queues.details(seat.actor, name, _id(request))
        more = {"table": _table_of(name), "trouble": trouble}
        status = web.HTTPUnprocessableEntity.status_code if trouble else web.HTTPOk.status_code
        return self._page(self._render(seat, "details", **shown, **more), status)

    async def picture(self, request: web.Request, seat: Seat) -> web.Response:
        """The picture of a claim, from the app in which it was sent. Its bytes say what it is."""
        claim = (await self._desk.view_claim(seat.actor, _id(request))).claim
        if claim.picture:
            with contextlib.suppress(DomainError, RetryLater):
                content = await self._attachments.fetch(picture_file(claim.picture))
                for beginning, mime in PICTURES.items():
                    if content.startswith(beginning):
                        return file(content, "", mime)
        raise web.HTTPNotFound

    async def several(self, request: web.Request, seat: Seat) -> web.Response:
        fields = await self._seats.form(request, seat)
        act = fields.one("act")
        table = "cases" if act == "take" else "transfers"
        back = f"{self._base}/{table}"
        if fields.one("sure"):
            html = self._render(
                seat, "result", table=table, **await self._acts.do_several(seat.actor, act, fields)
            )
        else:
            check = await self._acts.check_several(seat.actor, act, fields)
            html = self._render(seat, "check", table=table, back=back, **check)
        return self._page(html)

    async def _rows(self, seat: Seat, table: str, wanted: TableFilter) -> tuple[list[page_words.Row], int]:
        if table == "transfers":
            transfers_found = await self._desk.list_transfer_rows(seat.actor, wanted)
            waits = transfers_found.waiting
            shown = [page_words.transfer_row(one, one.id in waits) for one in transfers_found.items]
            return shown, transfers_found.total
        if table == "cases":
            cases = await self._desk.list_case_rows(seat.actor, wanted)
            return [page_words.case_row(one) for one in cases.items], cases.total
        found = await self._desk.list_order_rows(seat.actor, wanted)
        return [page_words.order_row(one) for one in found.items], found.total

    async def _bank(self, seat: Seat, wanted: TableFilter) -> list[str]:
        """The balance of the one day that is shown, or else of yesterday."""
        day = self._desk.compare_bank_day.clock.today() - timedelta(days=1)
        if wanted.first and wanted.first == wanted.last:
            day = wanted.first
        return bank_days.lines(await self._desk.compare_bank_day(seat.actor, day), day)

    async def _transfer(
        self, seat: Seat, transfer_id: int, trouble: str = "", done: str = ""
    ) -> web.Response:
        shown = await self._acts.details(seat.actor, transfer_id)
        done = page_words.DONE.get(done, "")
        html = self._render(seat, "details", table="transfers", trouble=trouble, done=done, **shown)
        status = web.HTTPUnprocessableEntity.status_code if trouble else web.HTTPOk.status_code
        return self._page(html, status)

    def _render(self, seat: Seat, name: str, title: str, **values: Any) -> str:
        return render(name, self._base, title, seat.csrf, seat=seat, **values)

    def _page(self, html: str, status: int = web.HTTPOk.status_code) -> web.Response:
        return page(html, status, style=STYLE, pictures=True)

    def _note(self, words: tuple[str, ...], status: int = web.HTTPOk.status_code) -> web.Response:
        return self._page(note(self._base, *words), status)

    def _go(self, where: str) -> web.Response:
        return page("", web.HTTPSeeOther.status_code, {"Location": f"{self._base}/{where}"}, STYLE)


def _id(request: web.Request) -> int:
    return min(int(request.match_info.get("id", "0")), LARGEST_ID)


def _table_of(queue: str) -> str:
    """The table that a page leads back to."""
    return "claims" if queue == PAYMENT else queue
