"""Whoever got a payment instruction asks whether it is genuine, or reports it; they need no account."""

from datetime import datetime

from domain.calendar import day_of
from domain.codes import find_codes
from domain.errors import DomainError
from domain.genuine import CHECKS_A_DAY, WRONG_A_DAY, ReportReason, Verdict
from domain.messaging.report_pushes import InstructionReported
from domain.payments import PaymentRequest, PaymentState
from domain.tallies import Counted, Tally
from services.messaging.contents.reading import payment_under
from services.messaging.push_queue import tell_back_office
from services.operation import Operation
from services.ports import UnitOfWork


class CheckInstruction(Operation):
    """Say whether an instruction with this code, sum in VND and account number is one of ours.

    An unknown code and a wrong sum have the same answer, so that nobody learns anything by trying. Back
    office is told of a right code and sum with another account. `caller` is an address of the network.

    Raises `DomainError("checks_pause")` beyond `CHECKS_A_DAY` of the caller or `WRONG_A_DAY` of the code.
    """

    async def __call__(self, code: str, amount: int, account: str, caller: str) -> Verdict:
        now = self.clock.now()
        async with self.units.write() as uow:
            request = await _asked_for(uow, code, amount, caller, now)
            if request is None:
                return Verdict.UNKNOWN
            # What left before the request's own number came names the vendor's account.
            right = {request.payee.account, *await uow.payments.accounts_of(request.code)}
            if _bare(account) in map(_bare, right):
                return Verdict.GENUINE
            await _report(uow, request, ReportReason.OTHER_ACCOUNT, now)
            return Verdict.OTHER_ACCOUNT


class ReportInstruction(Operation):
    """Tell back office what somebody reports of the instruction with this code and sum, once a day for each
    reason; returns whether there is one. Raises as `CheckInstruction`."""

    async def __call__(self, code: str, amount: int, reason: ReportReason, caller: str) -> bool:
        now = self.clock.now()
        async with self.units.write() as uow:
            request = await _asked_for(uow, code, amount, caller, now)
            if request is not None:
                await _report(uow, request, reason, now)
            return request is not None


async def _asked_for(
    uow: UnitOfWork, text: str, amount: int, caller: str, now: datetime
) -> PaymentRequest | None:
    """What this code and sum ask for, if anything. Counts who asks, and sums that are wrong."""
    code = next(iter(find_codes(text)), "")
    asked = Tally.of_day(Counted.CHECKED, caller, now)
    wrong = Tally.of_day(Counted.CHECKED_WRONG, code or text, now)
    counts = await uow.tallies.of([asked, wrong])
    if counts[asked] >= CHECKS_A_DAY or counts[wrong] >= WRONG_A_DAY:
        raise DomainError("checks_pause")
    await uow.tallies.add(asked, now)
    request = await payment_under(uow, code) if code else None
    stands = request is not None and request.line_count and request.state is not PaymentState.CANCELLED
    if request is not None and stands and amount in (request.amount, request.left):
        return request
    await uow.tallies.add(wrong, now)
    return None


async def _report(uow: UnitOfWork, request: PaymentRequest, reason: ReportReason, now: datetime) -> None:
    subject = InstructionReported(f"{request.code}:{reason}")
    await tell_back_office(uow, f"reported:{request.code}:{reason}:{day_of(now)}", subject, now)


def _bare(account: str) -> str:
    return "".join(account.split()).upper()
