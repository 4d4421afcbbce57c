"""kill -9 from outside, in the middle of a flood of mails: each arrives, once."""

import asyncio
import random

from domain.chats import Channel
from sandbox.app import SandboxServer
from tests.crash.aftermath import check_at_rest, rows_of, said
from tests.crash.lives import DyingWorld, Lives
from tests.crash.seed import operations_over, register_person
from tests.support import builders

MAILS = 300
KILLS = 10
SEED = 20


async def test_every_mail_arrives_once(
    lives: Lives, world: DyingWorld, server: SandboxServer, database_url: str
) -> None:
    chat = world.chat("newcomer")
    await world.post(f"{chat.path}/text", text="/start")
    async with operations_over(database_url, Channel.EMAIL) as operations:
        owner = await register_person(operations, await world.telegram_id("newcomer"))
        customers = await builders.add_customers(operations, owner, MAILS)
        draft = await builders.ready_draft(
            operations, owner, customers, fiscal_year=operations.view_draft.clock.today().year
        )
        order = await builders.place(operations, owner, draft)

    lives.begin(at_points=False)
    for delivered in sorted(random.Random(SEED).sample(range(MAILS), KILLS)):
        while len(server.world.mail) < delivered:
            await asyncio.sleep(0.002)
            lives.check()
        await lives.kill()
    await world.idle()

    mails = await world.mails()
    assert sorted(mail["to"] for mail in mails) == sorted(customer.email for customer in customers)
    rows = await rows_of(database_url)
    codes = {request["notice_email"]: request["code"] for request in rows["payment_requests"]}
    assert all(f"[{codes[mail['to']]}]" in mail["subject"] for mail in mails)
    messages = await said(chat)
    assert any(f"Đã đặt đơn {order.code}" in message for message in messages)
    assert not any("chưa gửi được" in message for message in messages)
    check_at_rest(rows)
    assert lives.errors() == []
