"""Template messages to phones, against the sandbox's Official Account."""

from collections.abc import AsyncIterator

import pytest

from domain.messaging.templates import Template
from gateways.zalo_oa.templates import OaTemplates, TemplateClient, tracking_of
from sandbox.zalo_oa.account import APP_ID, APP_SECRET
from sandbox.zalo_oa.server import BUSINESS
from sandbox.zalo_oa.templates import IDS
from services.ports import RetryLater, Undeliverable, WayClosed
from tests.gateways.zalo_oa.accounts import Account
from tests.texts.messaging.pushes.samples import CONTENTS
from texts.messaging.templates import TEMPLATES, values_of

PHONE = "+84912345678"
OF = {
    Template.PAYMENT: "PaymentContent",
    Template.REMINDER: "TrialReminderContent",
    Template.ACTIVATION: "ActivationResultContent",
}


@pytest.fixture
async def client(account: Account) -> AsyncIterator[TemplateClient]:
    url = account.server.url + BUSINESS
    async with TemplateClient(APP_ID, APP_SECRET, await account.tokens(), url) as opened:
        yield opened


async def send(client: TemplateClient, name: Template = Template.PAYMENT, ref: str = "ref") -> None:
    (content, *_) = [one for one in CONTENTS if type(one).__name__ == OF[name]]
    await OaTemplates(client).send_template(PHONE, name, IDS[name], content, ref)


@pytest.mark.parametrize("name", Template)
async def test_a_template_says_what_the_push_says(
    client: TemplateClient, account: Account, name: Template
) -> None:
    await send(client, name)
    (shown,) = list(account.server.world.sms)
    (content, *_) = [one for one in CONTENTS if type(one).__name__ == OF[name]]
    for value in values_of(name, content).values():
        assert value in shown.text
    assert "<" not in shown.text
    assert (shown.to, shown.cost) == ("0912345678", 300)


@pytest.mark.parametrize("name", Template)
def test_what_is_handed_in_is_within_zalos_bounds(name: Template) -> None:
    text = TEMPLATES[name]
    assert 10 <= len(text.name) <= 60
    assert 9 <= len(text.title) <= 65
    assert all(len(paragraph) <= 400 for paragraph in text.paragraphs)
    assert 2 <= len(text.table) <= 8
    said = "\n".join([*text.paragraphs, *(value for _, value in text.table)])
    assert all(f"<{param}>" in said for param in text.params)
    (content, *_) = [one for one in CONTENTS if type(one).__name__ == OF[name]]
    values = values_of(name, content)
    assert values.keys() == text.params.keys()
    assert all(0 < len(value) <= text.params[param] for param, value in values.items())


async def test_a_template_is_compared_with_what_zalo_approved(
    client: TemplateClient, account: Account
) -> None:
    name = Template.PAYMENT
    known = await client.look_at(name, IDS[name])
    assert (known.price, known.fault) == (300, "")
    account.server.account.change("template_param_gone", "due")
    assert (await client.look_at(name, IDS[name])).fault == "other_params"
    account.server.account.change("templates_approved", False)
    assert (await client.look_at(name, IDS[name])).fault == "not_approved"
    assert (await client.look_at(name, "1")).fault == "unknown"


async def test_refusals_are_what_they_mean(client: TemplateClient, account: Account) -> None:
    for code, kind in (
        (118, Undeliverable),
        (108, Undeliverable),
        (115, WayClosed),
        (144, WayClosed),
        (131, WayClosed),
        (117, WayClosed),
        (100, RetryLater),
        (503, RetryLater),
    ):
        account.trouble(code, "template")
        with pytest.raises(kind) as caught:
            await send(client)
        assert isinstance(caught.value, WayClosed) is (kind is WayClosed)
    account.server.account.change("phones_without_zalo", [PHONE])
    with pytest.raises(Undeliverable):
        await send(client)
    account.server.account.change("money", 299)
    account.server.account.change("phones_without_zalo", [])
    with pytest.raises(WayClosed):
        await send(client)


async def test_an_expired_token_is_renewed_and_a_lost_answer_counts_as_sent(
    client: TemplateClient, account: Account
) -> None:
    await send(client)
    account.server.account.expire()
    await send(client)
    account.trouble(0, "template")
    await send(client)
    assert len(list(account.server.world.sms)) == 3


def test_a_receipt_is_told_from_that_of_a_chat() -> None:
    message = {"msg_id": "1", "tracking_id": "ref", "delivery_time": "1"}
    assert tracking_of({"event_name": "user_received_message", "message": message}) == "ref"
    assert tracking_of({"event_name": "user_received_message", "message": {"msg_id": "1"}}) == ""
    assert tracking_of({"event_name": "user_send_text", "message": message}) == ""
