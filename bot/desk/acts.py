"""What is decided on the desk's page: shown once more, then done by the operation of the chat."""

from typing import Any

from bot.desk.seats import Fields
from domain.errors import DomainError
from domain.people import Actor
from domain.sign_offs import AskedAct, SignedAct
from domain.text import NOTE_LIMIT, clean_line
from services.back_office.operations import Desk
from services.back_office.refunds import REFUNDABLE
from services.back_office.several import Choosable, Outcome, check_number
from services.operation import LARGEST_ID
from texts.back_office import page_words, refunds, returns, several, transfers
from texts.back_office.page import said


class Acts:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def details(self, actor: Actor, transfer_id: int) -> dict[str, Any]:
        """Title, card and forms of a transfer. Raises `DomainError`."""
        view = await self._desk.view_transfer(actor, transfer_id)
        case = await self._desk.find_case(actor, transfer_id)
        words = transfers.card_words(view)
        candidates = await self._desk.list_candidates(actor, transfer_id)
        forms = [page_words.ASSIGN, page_words.RETURN] if words["may_move"] else []
        if words["may_move"] and (case is None or case.case.owner_id != actor.accountant_id):
            forms.append(page_words.TAKE)
        forms += [page_words.IGNORE] if words["why"] else []
        if words["may_refund"]:
            parts = await self._desk.list_refundable(actor, transfer_id, size=REFUNDABLE)
            forms.append(page_words.refund_form(parts.items))
        return {
            "title": transfers.shown_amount(view.transfer),
            "card": said(transfers.CARD, candidates=(), case=returns.of_transfer(case), **words),
            "candidates": [
                {"codes": one.codes, "label": transfers.candidate_words(one)} for one in candidates
            ],
            "forms": forms,
        }

    async def check(self, actor: Actor, transfer_id: int, act: str, fields: Fields) -> dict[str, Any]:
        """What the page says before `act` is done with one transfer. Raises `DomainError`."""
        view = await self._desk.view_transfer(actor, transfer_id)
        words = transfers.card_words(view)
        typed = clean_line(fields.one("text"), NOTE_LIMIT)
        shown = {"title": page_words.CHECK_TITLES.get(act, ""), "act": act, "fields": [("text", typed)]}
        if act == "assign":
            found = await self._desk.preview_assignment(actor, transfer_id, typed)
            said_of = transfers.assignment_words(found)
            button = transfers.ASSIGN_FOR_GOOD if said_of["may_do"] else ""
            return {**shown, "card": said(transfers.CHECK_ASSIGN, **words, **said_of), "button": button}
        if act == "return":
            told = view.transfer.reported
            second = await self._desk.show_second_person(actor, words["amount"], told.currency)
            card = said(transfers.CHECK_RETURN, typed=typed, second=second, **words)
            if not second.needed:
                return {**shown, "card": card, "button": transfers.RETURN_FOR_GOOD}
            more = {"act": "ask", "button": page_words.SEND, "reason": page_words.WHY, "limit": NOTE_LIMIT}
            return {**shown, "card": card, **more}
        if act == "refund":
            code = fields.one("code")
            parts = await self._desk.list_refundable(actor, transfer_id, size=REFUNDABLE)
            kept, whose = [("text", typed), ("code", code)], refunds.picks(parts.items).get(code)
            if whose is None:
                raise DomainError("refund_nothing" if parts.total else "refund_waits")
            card = said(refunds.CHECK, typed=typed, whose=whose)
            return {**shown, "fields": kept, "card": card, "button": refunds.FOR_GOOD}
        if act == "ignore":
            card = said(transfers.CHECK_IGNORE, typed=typed, **words)
            return {**shown, "card": card, "button": transfers.IGNORE_FOR_GOOD}
        raise DomainError("choice_gone")

    async def do(self, actor: Actor, transfer_id: int, act: str, fields: Fields) -> None:
        """Raises `DomainError`."""
        text = fields.one("text")
        if act == "assign":
            await self._desk.assign_transfer(actor, transfer_id, text)
        elif act == "return":
            await self._desk.return_transfer(actor, transfer_id, text)
        elif act == "ask":
            asked = AskedAct(SignedAct.RETURN, str(transfer_id), 0, text)
            await self._desk.ask_sign_off(actor, asked, fields.one("reason"))
        elif act == "ignore":
            await self._desk.ignore_transfer(actor, transfer_id, text)
        elif act == "take":
            await self._desk.take_case(actor, transfer_id)
        elif act == "refund":
            await self._desk.open_refund(actor, transfer_id, fields.one("code"), text)
        else:
            raise DomainError("choice_gone")

    async def check_several(self, actor: Actor, act: str, fields: Fields) -> dict[str, Any]:
        """What the page says before `act` is done with several transfers. Raises `DomainError`."""
        found = list(await self._desk.read_several(actor, _ids(fields)))
        title = page_words.CHECK_TITLES.get(act, "")
        if act == "assign":
            named = [one for one in found if one.named is not None]
            picks = [("pick", f"{one.transfer.id}:{one.named.codes}") for one in named if one.named]
            rows = [several.chosen_for(one) for one in found]
            button = f"{transfers.ASSIGN_FOR_GOOD}: {several.summed(named)}" if named else ""
            sums = several.summed(found)
            return {
                "title": title,
                "act": act,
                "rows": rows,
                "sums": sums,
                "fields": picks,
                "button": button,
            }
        if act not in ("ignore", "take"):
            raise DomainError("choice_gone")
        rows = [several.chosen(one) for one in found]
        reason = {"reason": page_words.REASON, "limit": NOTE_LIMIT} if act == "ignore" else {}
        return {
            "title": title,
            "act": act,
            "rows": rows,
            "sums": several.summed(found),
            "fields": [("id", one.transfer.id) for one in found],
            "button": f"{title}: {several.summed(found)}",
            **reason,
        }

    async def do_several(self, actor: Actor, act: str, fields: Fields) -> dict[str, Any]:
        """What became of each. Raises `DomainError` where none could be tried."""
        picks = [_pick(one) for one in fields.all("pick")]
        ids = [one for one, _ in picks] if act == "assign" else _ids(fields)
        about = {one.transfer.id: one for one in await self._desk.read_several(actor, ids)}
        found: list[Outcome]
        if act == "assign":
            found = list(await self._desk.assign_several(actor, picks))
        elif act == "ignore":
            reason = clean_line(fields.one("reason"), NOTE_LIMIT)
            found = list(await self._desk.ignore_several(actor, ids, reason))
        elif act == "take":
            found = list(await self._desk.take_cases(actor, ids))
        else:
            raise DomainError("choice_gone")
        return _result(page_words.CHECK_TITLES[act], about, found)


def _result(title: str, about: dict[int, Choosable], found: list[Outcome]) -> dict[str, Any]:
    rows = [several.outcome(several.chosen(about[one.id]), one) for one in found]
    return {"title": title, "rows": rows, "done": several.outcomes(found)}


def _ids(fields: Fields) -> list[int]:
    ids = [int(one) for one in fields.all("id") if one.isascii() and one.isdigit() and len(one) < 20]
    check_number(ids)
    return [min(one, LARGEST_ID) for one in ids]


def _pick(text: str) -> tuple[int, str]:
    number, _, code = text.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise DomainError("choice_gone")
    return int(number), code
