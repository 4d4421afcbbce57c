"""What the accountant confirms, line by line: the review and the last screen say the same."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from domain.chats import Channel
from domain.money import vnd
from domain.orders import Draft, Step
from domain.packages import Package
from domain.recipients import InvoiceRecipient, Receivers, RecipientMode
from services.ordering.drafts import DraftView
from services.ordering.overlooking import DraftFacts
from services.ports import OrderedBefore
from texts.common import named, short
from texts.filters import buyer_number, phone
from texts.ordering.accounting import overview_lines
from texts.ordering.logins import logins_line
from texts.ordering.words import INVOICES, RECIPIENTS

_BY = {Channel.EMAIL: "qua email", Channel.SMS: "qua SMS"}
_NAME_LIMIT = 60
_ROW = 42


def fact_lines(facts: DraftFacts) -> list[Markup]:
    """The facts of a draft whose questions are answered, the most important first."""
    return list(_facts(facts))


def rows_on_a_phone(lines: Sequence[Markup]) -> int:
    """How many rows they take on a phone 390 px wide."""
    return sum(-(-len(line.striptags()) // _ROW) for line in lines)


def _facts(facts: DraftFacts) -> Iterator[Markup]:
    view, year = facts.view, facts.view.draft.fiscal_year
    if view.package is not None:
        package = Markup("Gói: <b>{}</b>{}").format(view.package.name, _origin(view.draft, Step.PACKAGE))
        when = Markup("Năm tài chính: <b>{}</b>{}").format(year, _origin(view.draft, Step.FISCAL_YEAR))
        yield Markup("{} · {}").format(package, when)
        yield Markup("Khách hàng: <b>{}</b> × {}").format(view.sums.lines, vnd(view.package.amount))
        yield Markup("Tổng tiền: <b>{}</b> ({})").format(vnd(view.total), tax(view.package))
    if view.draft.recipient is not None:
        label = Markup("<b>{}</b>{}").format(recipient_label(view), _origin(view.draft, Step.RECIPIENT))
        yield from receiver_lines(facts.receivers, label, view.channels, view.draft.invoice)
    if facts.accounting is not None:
        yield from map(Markup.escape, overview_lines(facts.accounting, year or 0))
    if said := logins_line(facts.doubtful):
        yield Markup.escape(said)
    if facts.names:
        more = f" và {len(facts.names) - 1} khách nữa" if len(facts.names) > 1 else ""
        yield Markup.escape(f"⚠️ Tên cần xem: {named(facts.names[0], _NAME_LIMIT)}{more}")
    yield from _ordered(facts)


def recipient_label(view: DraftView) -> str:
    """The accountant's choice; where only some have another recipient, how many."""
    draft, sums = view.draft, view.sums
    if draft.recipient is RecipientMode.OTHER and draft.rest_to_customers and sums.without_other:
        return f"{sums.recipients} người khác; {sums.without_other} khách tự nhận"
    return RECIPIENTS[draft.recipient] if draft.recipient else ""


def _origin(draft: Draft, step: Step) -> Markup:
    """What is said of an answer that nobody gave."""
    if step in draft.as_last:
        return Markup(" <i>(theo đơn trước)</i>")
    return Markup(" <i>(em đoán)</i>") if step in draft.guessed else Markup("")


def tax(package: Package) -> str:
    """What of VAT a price holds."""
    return "không chịu thuế GTGT" if package.vat_rate is None else f"đã gồm thuế GTGT {package.vat_rate}%"


def receiver_lines(
    who: Receivers, label: str, channels: Sequence[Channel], invoice: RecipientMode | None = None
) -> Iterator[Markup]:
    """Who is told and who stands on the invoices: one of each in full, the others as a number. `label` names
    who was chosen, `invoice` who for the invoices alone."""
    yield Markup("Đối tượng nhận: {}").format(label)
    several = len(who.notices) + bool(who.themselves) > 1
    for one, count in who.notices[:1]:
        yield Markup.escape(f"{named(one.name, _NAME_LIMIT)} · {phone(one.phone)}{_for(count, several)}")
        if one.email:
            yield Markup.escape(one.email)
    if len(who.notices) > 1:
        yield Markup("… và {} người nhận nữa").format(len(who.notices) - 1)
    if who.themselves:
        numbers = {Channel.EMAIL: who.by_mail, Channel.SMS: who.by_sms}
        said = [f"{numbers[channel]} {_BY[channel]}" for channel in channels if channel in numbers]
        yield Markup("{}{}").format("Khách tự nhận: " if who.notices else "Gửi ", " · ".join(said))
    if who.unreachable:
        yield Markup("⚠️ {} khách chưa có email, số di động").format(who.unreachable)
    yield from _invoices(who, INVOICES[invoice] if invoice else "")


def _invoices(who: Receivers, label: str) -> Iterator[Markup]:
    if label:
        yield Markup("Hóa đơn ghi: <b>{}</b>").format(label)
    several = len(who.buyers) + bool(who.own_names) > 1
    for buyer, count in who.buyers[:1]:
        yield Markup.escape(f"{'' if label else 'Hóa đơn ghi: '}{_buyer(buyer)}{_for(count, several)}")
        if buyer.email:
            yield Markup("Gửi về: {}").format(buyer.email)
        if buyer.address and not several:
            yield Markup.escape(short(buyer.address, _NAME_LIMIT))
    if len(who.buyers) > 1:
        yield Markup("… và {} bên mua nữa").format(len(who.buyers) - 1)
    if who.own_names:
        email, count = who.own_names_to[0]
        to = email or "email của từng khách"
        more = _for(count, several or len(who.own_names_to) > 1)
        yield Markup("Hóa đơn ghi tên từng khách, gửi về: {}{}").format(to, more)


def _for(count: int, several: bool) -> str:
    return f" · {count} khách" if several else ""


def _buyer(buyer: InvoiceRecipient) -> str:
    return f"{named(buyer.unit_name, _NAME_LIMIT)} · {buyer_number(buyer.kind)} {buyer.tax_id}"


def _ordered(facts: DraftFacts) -> Iterator[Markup]:
    if facts.already:
        said = "⚠️ <b>{} khách đã có đơn</b> cùng gói, cùng năm. Anh/chị bỏ ra, hoặc đổi gói, đổi năm."
        yield Markup(said).format(facts.already)
    if facts.second:
        year, first = facts.view.draft.fiscal_year, facts.seconds[0]
        who = named(first.name, _NAME_LIMIT) if facts.second == 1 else f"{facts.second} khách"
        had = list(dict.fromkeys(map(_had, facts.seconds)))
        more = " …" if len(had) > 2 or facts.second > len(facts.seconds) else ""
        packages = ", ".join(f"{package} {year} ({code})" for package, code in had[:2])
        yield Markup("⚠️ {} đã có {}{}").format(who, packages, more)
    if facts.licensed.count:
        known, year = facts.licensed, facts.view.draft.fiscal_year
        whose = ", ".join(named(name, 40) for name in known.names)
        rest = f" và {known.count - len(known.names)} khách nữa" if known.count > len(known.names) else ""
        package = known.package or "phần mềm"
        yield Markup("⚠️ Nhà cung cấp báo đã có {} {}: {}{}").format(package, year, whose, rest)


def _had(one: OrderedBefore) -> tuple[str, str]:
    return one.package_name, one.order_code
