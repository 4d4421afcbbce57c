"""What waits for back office beside transfers, on the desk's page: sign-offs, claims, new firms, and payments
by hand. Each decision is the operation of the chat's window, and each sentence is its own."""

from typing import Any

from bot.desk.seats import Fields
from domain.errors import DomainError
from domain.money import parse_amount
from domain.payments import ClaimState
from domain.people import Actor, FirmState, Right
from domain.sign_offs import AskedAct, SignedAct, SignOffState
from domain.text import NOTE_LIMIT, clean_line
from services.back_office.payments import REFERENCE_LIMIT
from services.operations import Operations
from texts.back_office import firms, page_words, payments, sign_offs
from texts.back_office.page import said
from texts.back_office.page_words import Row
from texts.money.sign_offs import about_words

PAYMENT = "payment"


class Queues:
    """`name` is one of `page_words.QUEUES`, or `PAYMENT`, which has no rows."""

    def __init__(self, operations: Operations) -> None:
        self._operations, self._desk = operations, operations.desk

    async def rows(self, actor: Actor, name: str, page: int) -> tuple[list[Row], int]:
        if name == "sign_offs":
            asked = await self._desk.list_sign_offs(actor, page)
            return [page_words.sign_off_row(one) for one in asked.items], asked.total
        if name == "claims":
            claims = await self._operations.list_claims(actor, page)
            return [page_words.claim_row(one) for one in claims.items], claims.total
        waiting = await self._desk.list_firms(actor, FirmState.WAITING, page)
        return [page_words.firm_row(one) for one in waiting.items], waiting.total

    async def details(self, actor: Actor, name: str, number: int) -> dict[str, Any]:
        """Title, card and forms of one. Raises `DomainError`."""
        if name == PAYMENT:
            return {"title": page_words.ENTER, "card": "", "forms": [page_words.ENTER_FORM]}
        values = await self._values(actor, name, number)
        card = {"sign_offs": sign_offs.CARD, "claims": payments.CARD, "firms": firms.CARD}[name]
        return {
            "title": page_words.QUEUES[name],
            "card": said(card, **values),
            "picture": f"claims/{number}/picture" if values.get("picture") else "",
            "forms": values["forms"],
        }

    async def check(self, actor: Actor, name: str, number: int, act: str, fields: Fields) -> dict[str, Any]:
        """What the page says before it is done. Raises `DomainError`."""
        typed = clean_line(fields.one("text"), NOTE_LIMIT)
        if act == "refuse":
            values = await self._values(actor, name, number)
            words = {"sign_offs": sign_offs, "claims": payments, "firms": firms}[name]
            card = said(words.CHECK_REFUSE, typed=typed, **values)
            shown = {"title": words.REFUSE, "button": words.REFUSE_FOR_GOOD, "card": card}
            return {**shown, "act": act, "fields": [("text", typed)]}
        if (name, act) == ("claims", "accept"):
            about = await self._desk.view_claim(actor, number)
            amount = parse_amount(fields.one("amount")) if fields.one("amount") else about.payment.left
            second = await self._desk.show_second_person(actor, amount)
            card = said(payments.CHECK_ACCEPT, about=about, amount=amount, typed=typed, second=second)
            kept = [("text", typed), ("amount", amount)]
            return _checked(payments.ACCEPT, card, act, kept, second.needed)
        if name == PAYMENT:
            code, amount = fields.one("code"), parse_amount(fields.one("amount"))
            if not amount:
                raise DomainError("amount_not_positive")
            payable = await self._desk.find_payable(actor, code)
            second = await self._desk.show_second_person(actor, amount)
            values = {"payable": payable, "amount": amount, "reference": typed, "second": second}
            kept = [("text", typed), ("amount", amount), ("code", payable.code)]
            return _checked(page_words.ENTER, said(payments.ENTER_CHECK, **values), act, kept, second.needed)
        raise DomainError("choice_gone")

    async def do(self, actor: Actor, name: str, number: int, act: str, fields: Fields) -> None:
        """Raises `DomainError`."""
        text, desk = fields.one("text"), self._desk
        match name, act:
            case "sign_offs", "approve":
                await desk.approve_sign_off(actor, number)
            case "sign_offs", "withdraw":
                await desk.withdraw_sign_off(actor, number)
            case "sign_offs", "refuse":
                await desk.refuse_sign_off(actor, number, text)
            case "claims", "accept":
                amount = parse_amount(fields.one("amount"))
                await self._operations.settle_claim(actor, number, True, text, amount)
            case "claims", "refuse":
                await self._operations.settle_claim(actor, number, False, text)
            case "firms", "approve":
                await desk.approve_firm(actor, number)
            case "firms", "refuse":
                await desk.refuse_firm(actor, number, text)
            case "payment", "enter":
                await desk.enter_payment(
                    actor, fields.one("code"), parse_amount(fields.one("amount")), clean(text)
                )
            case (("claims" | "payment"), "ask"):
                is_claim = name == "claims"
                subject = str(number) if is_claim else fields.one("code")
                what = SignedAct.CLAIM if is_claim else SignedAct.PAYMENT
                asked = AskedAct(what, subject, parse_amount(fields.one("amount")), text)
                await desk.ask_sign_off(actor, asked, fields.one("reason"))
            case _:
                raise DomainError("choice_gone")

    async def _values(self, actor: Actor, name: str, number: int) -> dict[str, Any]:
        """The values of a card, and the forms of what may be decided."""
        if name == "sign_offs":
            about = await self._desk.view_sign_off(actor, number)
            waits = about.sign_off.state is SignOffState.WAITING
            own = waits and about.sign_off.asked_by == actor.accountant_id
            may = waits and not own and actor.may(Right.APPROVE)
            forms = [page_words.APPROVE, page_words.REFUSE] if may else []
            forms += [page_words.WITHDRAW] if own else []
            return {**about_words(about), "waits": waits, "own": own, "may": may, "forms": forms}
        if name == "claims":
            claim = await self._desk.view_claim(actor, number)
            is_open = claim.claim.state is ClaimState.OPEN
            forms = [page_words.ACCEPT_CLAIM, page_words.REFUSE_CLAIM] if is_open else []
            state, picture = payments.STATES[claim.claim.state], claim.claim.picture
            return {"about": claim, "state": state, "picture": picture, "forms": forms}
        view = await self._desk.view_firm(actor, number)
        forms = [page_words.APPROVE]
        forms += [page_words.REFUSE_FIRM] if view.firm.state is FirmState.WAITING else []
        return {"firm": view.firm, "owner": view.owner, "forms": forms}


def clean(reference: str) -> str:
    return clean_line(reference, REFERENCE_LIMIT)


def _checked(title: str, card: str, act: str, kept: list[Any], asks: bool) -> dict[str, Any]:
    """The last page before money is booked: at once, or by a second person for a reason."""
    shown = {"title": title, "card": card, "fields": kept}
    if asks:
        ask = {"act": "ask", "button": page_words.SEND, "reason": page_words.WHY, "limit": NOTE_LIMIT}
        return {**shown, **ask}
    return {**shown, "act": act, "button": payments.ENTER_FOR_GOOD}


def at_once(act: str) -> bool:
    """Whether an act is done without another look, as in the chat."""
    return act in ("approve", "withdraw")
