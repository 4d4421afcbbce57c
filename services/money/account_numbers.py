"""Account numbers of requests: asked for when an order is placed, each outside of any transaction."""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from domain.payments import PaymentRequest
from services.operation import Operation
from services.patience import Patience
from services.ports import NewJob, Turn, UnitOfWork
from services.ports.account_numbers import AccountNumbers, NumberRefused

OwnNumbers = NewType("OwnNumbers", bool)
"""Whether requests get account numbers of their own."""

NUMBER_JOB = "account_number"

PATIENCE = Patience(attempts=5)

log = logging.getLogger(__name__)


async def ask_numbers(
    uow: UnitOfWork, wanted: OwnNumbers, requests: Sequence[PaymentRequest], now: datetime
) -> None:
    """Have numbers reserved for unpaid requests, if they are `wanted`: one after the other, since the service
    takes few calls a second."""
    codes = [request.code for request in requests if wanted and request.left]
    if codes:
        await uow.payments.ask_numbers(codes, now)
        await uow.jobs.enqueue([_job(code) for code in codes], now)


def _job(code: str) -> NewJob:
    return NewJob(NUMBER_JOB, f"{NUMBER_JOB}:{code}", {"code": code}, order_key=NUMBER_JOB)


@dataclass(frozen=True, slots=True)
class ReserveNumber(Operation):
    """Reserve the number of a request and keep it. The program itself calls this.

    A repeat after a lost answer or a kill reserves another one; the first that is kept stays. Without
    `numbers`, after a refusal, or after `PATIENCE`, the request is paid by its code alone.
    """

    numbers: AccountNumbers | None

    async def __call__(self, code: str, attempts: int = 1) -> None:
        async with self.units.read() as uow:
            request = await uow.payments.get(code)
            order = await uow.orders.get(request.order_id) if request else None
            known = request is not None and await uow.payments.of_number(request.payee.account)
        if request is None or order is None or known:
            return
        number = await self._reserve(request, attempts)
        async with self.units.write(Turn.of_firm(order.firm_id)) as uow:
            await uow.payments.give_number(code, number)

    async def _reserve(self, request: PaymentRequest, attempts: int) -> str:
        """The number, or nothing if there will be none."""
        if self.numbers is None or not request.left:
            return ""
        try:
            return await self.numbers.reserve(f"{request.code}{secrets.token_hex(4).upper()}")
        except NumberRefused as refusal:
            log.warning("a request gets no account number: %s", refusal)
        except Exception as error:
            if attempts < PATIENCE.attempts:
                raise PATIENCE.later(error, attempts) from error
            log.warning("a request gets no account number: %s", error)
        return ""
