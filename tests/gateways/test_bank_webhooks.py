"""Webhooks of banks: the provider's body is read, and any changed body is refused."""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from multidict import CIMultiDict

from domain.transfers import Provider, ReportedTransfer
from gateways.bank_webhooks.base import BankWebhook, WebhookRefused
from gateways.bank_webhooks.casso import CassoWebhook
from gateways.bank_webhooks.gpmpay import GpmpayWebhook
from gateways.bank_webhooks.payos import PayosWebhook
from gateways.bank_webhooks.sepay import SepayWebhook
from tests.support import bank_deliveries as deliveries
from tests.support.bank_deliveries import SECRET, Delivery, sample

NOW = datetime(2026, 5, 8, 7, 3, tzinfo=UTC)
TOLD_AT = datetime(2026, 5, 8, 7, 2, 37, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """A provider's format: `path` leads to the transfer's fields, `names` gives its names for ours."""

    webhook: BankWebhook
    sign: Callable[[Any, datetime], Delivery]
    body: dict[str, Any]
    path: tuple[str | int, ...]
    names: dict[str, str]
    told: ReportedTransfer
    signs_body: bool = True

    def fields(self, body: Any) -> dict[str, Any]:
        for step in self.path:
            body = body[step]
        fields: dict[str, Any] = body
        return fields

    def with_field(self, name: str, value: object) -> dict[str, Any]:
        body = copy.deepcopy(self.body)
        self.fields(body)[self.names.get(name, name)] = value
        return body

    def read(self, body: object, now: datetime = NOW) -> list[ReportedTransfer]:
        return read(self.webhook, self.sign(body, NOW), now)


def read(webhook: BankWebhook, delivery: Delivery, now: datetime = NOW) -> list[ReportedTransfer]:
    return list(webhook.read(CIMultiDict(delivery.headers), delivery.raw, now))


def outcome(webhook: BankWebhook, delivery: Delivery) -> list[ReportedTransfer] | int:
    """The transfers that were read, or the status of the refusal."""
    try:
        return read(webhook, delivery)
    except WebhookRefused as refusal:
        return refusal.status


def refused(webhook: BankWebhook, delivery: Delivery, now: datetime = NOW) -> int:
    with pytest.raises(WebhookRefused) as refusal:
        read(webhook, delivery, now)
    return refusal.value.status


SEPAY_NAMES = {
    "id": "id",
    "reference": "referenceCode",
    "amount": "transferAmount",
    "content": "content",
    "at": "transactionDate",
    "account": "accountNumber",
    "virtual": "subAccount",
}
SEPAY_TOLD = ReportedTransfer(
    Provider.SEPAY,
    "92704",
    "MBVCB.3278907687",
    1_500_000,
    False,
    "MBVCB.3278907687.DH000123.CT tu 0123456789 NGUYEN VAN A",
    "0011001234567",
    TOLD_AT,
)
CASES = {
    "sepay": Case(
        SepayWebhook(secret=SECRET), deliveries.sepay, sample("sepay"), (), SEPAY_NAMES, SEPAY_TOLD
    ),
    "sepay-by-key": Case(
        SepayWebhook(api_key=SECRET),
        deliveries.sepay_by_key,
        sample("sepay"),
        (),
        SEPAY_NAMES,
        SEPAY_TOLD,
        signs_body=False,
    ),
    "payos": Case(
        PayosWebhook(SECRET),
        deliveries.payos,
        # The published body is the one with which payOS checks the address: see below.
        sample("payos") | {"data": sample("payos")["data"] | {"orderCode": 124}},
        ("data",),
        {
            "id": "reference",
            "reference": "reference",
            "amount": "amount",
            "content": "description",
            "at": "transactionDateTime",
            "account": "accountNumber",
            "virtual": "virtualAccountNumber",
        },
        ReportedTransfer(
            Provider.PAYOS,
            "TF230204212323:124",
            "TF230204212323",
            3_000,
            False,
            "VQRIO123",
            "12345678",
            datetime(2023, 2, 4, 11, 25, tzinfo=UTC),
        ),
    ),
    "casso": Case(
        CassoWebhook(secret=SECRET),
        deliveries.casso,
        sample("casso_v2") | {"data": sample("casso_v2")["data"] | {"id": 77}},
        ("data",),
        {
            "id": "id",
            "reference": "reference",
            "amount": "amount",
            "content": "description",
            "at": "transactionDateTime",
            "account": "accountNumber",
            "virtual": "virtualAccountNumber",
        },
        ReportedTransfer(
            Provider.CASSO,
            "77",
            "MA_GIAO_DICH_THU_NGHIEM",
            599_000,
            False,
            "giao dich thu nghiem",
            "88888888",
            datetime(2024, 10, 3, 8, 6, 37, tzinfo=UTC),
        ),
    ),
    "casso-by-token": Case(
        CassoWebhook(secure_token=SECRET),
        deliveries.casso_by_token,
        sample("casso_v1"),
        ("data", 0),
        {
            "id": "id",
            "reference": "tid",
            "amount": "amount",
            "content": "description",
            "at": "when",
            "account": "bank_sub_acc_id",
        },
        ReportedTransfer(
            Provider.CASSO, "12345", "BANK_REF_ID", 1_500_000, False, "DH000123", "0011001234567", TOLD_AT
        ),
        signs_body=False,
    ),
    "gpmpay": Case(
        GpmpayWebhook(SECRET),
        deliveries.gpmpay,
        sample("gpmpay"),
        (),
        SEPAY_NAMES,
        ReportedTransfer(
            Provider.GPMPAY, "txn_x", "FT26128...", 1_500_000, False, "DH000123", "0011001234567", TOLD_AT
        ),
    ),
}
every_way = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


@every_way
def test_a_sample_is_read_when_signed(case: Case) -> None:
    assert case.read(case.body) == [case.told]


@every_way
def test_a_delivery_without_proof_or_by_another_secret_is_refused(case: Case) -> None:
    delivery = case.sign(case.body, NOW)
    bare = {name: value for name, value in case.body.items() if name != "signature"}
    assert refused(case.webhook, Delivery({}, json.dumps(bare).encode())) == 401
    other = replace(cast(Any, case.webhook), **{name: "another-secret" for name in _secrets(case.webhook)})
    assert refused(other, delivery) == 401
    for name in delivery.headers:
        assert (
            refused(case.webhook, Delivery({**delivery.headers, name: "\udcff\u1ec7"}, delivery.raw)) == 401
        )


def _secrets(webhook: BankWebhook) -> list[str]:
    names = ("secret", "api_key", "checksum_key", "secure_token")
    return [name for name in names if getattr(webhook, name, None)]


@every_way
def test_no_byte_of_the_proof_can_differ(case: Case) -> None:
    delivery = case.sign(case.body, NOW)
    for name, value in delivery.headers.items():
        for place in range(len(value)):
            for sign in {"0", "f", "F", " ", chr(ord(value[place]) ^ 1)} - {value[place]}:
                changed = value[:place] + sign + value[place + 1 :]
                assert (
                    refused(case.webhook, Delivery({**delivery.headers, name: changed}, delivery.raw)) == 401
                )


@pytest.mark.parametrize(
    "case", [case for case in CASES.values() if case.signs_body], ids=lambda case: case.told.provider
)
def test_no_byte_of_the_body_can_differ_and_be_read_otherwise(case: Case) -> None:
    """If the fields are signed, not the bytes, a changed space is no change; nothing else passes."""
    delivery = case.sign(case.body, NOW)
    signs_bytes = case.told.provider in (Provider.SEPAY, Provider.GPMPAY)
    passed = 0
    for place, byte in enumerate(delivery.raw):
        for other in {byte ^ 1, byte ^ 0x20, 0xFF, 0, ord(" ")} - {byte}:
            raw = delivery.raw[:place] + bytes([other]) + delivery.raw[place + 1 :]
            told = outcome(case.webhook, Delivery(delivery.headers, raw))
            if told not in (400, 401, 422):
                assert told == [case.told]
                assert not signs_bytes
                passed += 1
    # payOS and Casso leave little unsigned: spaces, and in payOS's case the words outside of `data`.
    assert passed < len(delivery.raw)


@pytest.mark.parametrize("name", ["sepay", "casso", "gpmpay"])
def test_a_replay_is_refused_after_five_minutes_and_so_is_the_future(name: str) -> None:
    case = CASES[name]
    for seconds in (-300, 0, 300):
        assert case.read(case.body, NOW + timedelta(seconds=seconds)) == [case.told]
    for seconds in (-302, 302, 86_400):
        assert refused(case.webhook, case.sign(case.body, NOW), NOW + timedelta(seconds=seconds)) == 401


@every_way
def test_fields_of_tomorrow_are_fine(case: Case) -> None:
    body = case.with_field("fieldOfTomorrow", {"deep": [1, None, True, 1.5, "Đặng & con"]})
    assert case.read(body | {"other": "Tiếng Việt", "none": None}) == [case.told]


@every_way
@pytest.mark.parametrize(
    ("given", "amount"),
    [
        (0, 0),
        (1, 1),
        (1_500_000.0, 1_500_000),
        ("1500000", 1_500_000),
        ("1500000.00", 1_500_000),
        (-20_000, -20_000),
        (10**15, 10**15),
    ],
)
def test_an_amount_is_whole_dong_and_negative_goes_out(case: Case, given: object, amount: int) -> None:
    [told] = case.read(case.with_field("amount", given))
    assert (told.amount, told.outgoing) == (abs(amount), amount < 0)


@pytest.mark.parametrize("name", ["sepay", "gpmpay"])
def test_an_outgoing_transfer_says_so(name: str) -> None:
    [told] = CASES[name].read(CASES[name].with_field("transferType", "out"))
    assert (told.amount, told.outgoing) == (1_500_000, True)
    assert refused_body(CASES[name], CASES[name].with_field("transferType", "sideways")) == 422


WRONG: dict[str, list[object]] = {
    "amount": [
        True,
        None,
        "a lot",
        "1.500.000",
        "1.000",
        "1.0000",
        "1,5",
        "٣",
        "",
        1.5,
        "1.5",
        10**15 + 1,
        -(10**15) - 1,
        [1],
        {},
    ],
    "id": [None, "", True, 1.5, [], {}, "x" * 101],
    "at": [
        None,
        "",
        "yesterday",
        1_700_000_000,
        "0001-01-01 00:00:00",
        "9999-12-31T23:59:59-12:00",
        True,
        [],
    ],
    "content": [True, 1.5, [], {}],
    "account": [True, 1.5, ["0011"]],
}


@every_way
@pytest.mark.parametrize(
    ("field", "value"),
    [(field, value) for field, values in WRONG.items() for value in values],
    ids=lambda value: repr(value)[:30],
)
def test_a_wrong_type_is_refused_without_repeating_it(case: Case, field: str, value: object) -> None:
    delivery = case.sign(case.with_field(field, value), NOW)
    with pytest.raises(WebhookRefused) as refusal:
        read(case.webhook, delivery)
    assert refusal.value.status == 422
    assert case.names[field] in str(refusal.value)
    assert "a lot" not in str(refusal.value)


def refused_body(case: Case, body: object) -> int:
    return refused(case.webhook, case.sign(body, NOW))


@every_way
@pytest.mark.parametrize("body", [None, [], 1, "text", {}, {"data": None}, {"data": "x"}, {"data": [1]}])
def test_another_shape_is_refused(case: Case, body: object) -> None:
    assert refused_body(case, body) == 422


@every_way
def test_missing_fields_are_refused(case: Case) -> None:
    for name in ("id", "amount", "content", "at"):
        body = copy.deepcopy(case.body)
        del case.fields(body)[case.names[name]]
        assert refused_body(case, body) == 422


@every_way
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"\xff\xfe{\x00}\x00",
        '{"content": "tiếng"}'.encode("utf-16"),
        b"\xef\xbb\xbf{}",
        b'{"id": "\xe1"}',
        b"[" * 60_000,
        b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
        b'{"id": ' + b"9" * 60_000 + b"}",
        b'{"amount": NaN, "data": {"amount": Infinity}}',
        b"\x00" * 2**20,
    ],
    ids=range(11),
)
def test_bytes_that_are_no_json_are_refused(case: Case, raw: bytes) -> None:
    delivery = case.sign({}, NOW)
    # Also with the right signature, if the bytes are signed.
    for headers in ({}, delivery.headers, _signed_bytes(case, raw)):
        assert refused(case.webhook, Delivery(headers, raw)) in (400, 401, 422)


def _signed_bytes(case: Case, raw: bytes) -> dict[str, str]:
    seconds = int(NOW.timestamp())
    signature = deliveries.hmac_of(f"{seconds}.".encode() + raw, "sha256")
    return {
        "X-SePay-Timestamp": str(seconds),
        "X-SePay-Signature": f"sha256={signature}",
        "X-GPMPay-Signature": f"t={seconds},v1={signature}",
    }


@every_way
def test_a_name_that_comes_twice_is_refused(case: Case) -> None:
    whole = json.dumps(case.body, ensure_ascii=False)
    name = case.names["amount"]
    inside = whole.replace(f'"{name}":', f'"{name}": 1, "{name}":', 1)
    assert inside != whole
    for raw in (inside.encode(), whole[:-1].encode() + b', "deep": [{"a": 1, "a": 1}]}'):
        headers = {**case.sign(case.body, NOW).headers, **_signed_bytes(case, raw)}
        if case.told.provider is Provider.CASSO:
            headers = case.sign(case.body, NOW).headers
        assert refused(case.webhook, Delivery(headers, raw)) == 400


@pytest.mark.parametrize("name", ["a=1&code", "code=", "a&b", "tên", "", "a b"])
def test_payos_s_fields_have_plain_names(name: str) -> None:
    assert refused_body(CASES["payos"], CASES["payos"].with_field(name, "00")) == 422


@every_way
@pytest.mark.parametrize("depth", [10, 300, 900, 990, 2_000])
def test_any_depth_is_read_or_refused(case: Case, depth: int) -> None:
    raw = json.dumps(case.body).encode()[:-1] + b', "deep": ' + b"[" * depth + b"]" * depth + b"}"
    headers = {**case.sign({}, NOW).headers, **_signed_bytes(case, raw)}
    assert outcome(case.webhook, Delivery(headers, raw)) in (400, 401, [case.told])


@every_way
def test_signs_that_nobody_can_keep_are_replaced_and_long_texts_cut(case: Case) -> None:
    [told] = case.read(case.with_field("content", " DH1\x00\x1b\nCT 😀 \ud83d"))
    assert told.content == "DH1 CT 😀 ?"
    [told] = case.read(case.with_field("content", "x" * 10_000))
    assert told.content == "x" * 500


@every_way
def test_a_virtual_account_is_the_one_that_was_paid_to(case: Case) -> None:
    if "virtual" in case.names:
        [told] = case.read(case.with_field("virtual", "VA123"))
        assert (told.account, told.main_account) == ("VA123", case.told.account)
    [told] = case.read(case.with_field("account", 1001234567))
    assert told.account == "1001234567"


@pytest.mark.parametrize(
    ("given", "currency"),
    [("VND", "VND"), ("vnd ", "VND"), ("", "VND"), (None, "VND"), ("đ", "VND"), ("jpy", "JPY")],
)
def test_payos_tells_the_currency(given: str | None, currency: str) -> None:
    [told] = CASES["payos"].read(CASES["payos"].with_field("currency", given))
    assert told.currency == currency
    assert refused_body(CASES["payos"], CASES["payos"].with_field("currency", ["VND"])) == 422


@every_way
def test_times_have_the_zone_they_say_or_vietnam_s(case: Case) -> None:
    [told] = case.read(case.with_field("at", "2026-05-08T14:02:37Z"))
    assert told.occurred_at == TOLD_AT + timedelta(hours=7)
    [told] = case.read(case.with_field("at", "2026-05-08 14:02:37"))
    assert told.occurred_at == TOLD_AT


# --- Rules of one provider alone ---


def test_with_a_secret_the_weaker_proof_is_not_enough() -> None:
    sepay = SepayWebhook(secret="secret-of-signing", api_key=SECRET)
    assert refused(sepay, deliveries.sepay_by_key(sample("sepay"), NOW)) == 401
    casso = CassoWebhook(secret="secret-of-signing", secure_token=SECRET)
    assert refused(casso, deliveries.casso_by_token(sample("casso_v1"), NOW)) == 401


@pytest.mark.parametrize(
    "webhook", [SepayWebhook(), CassoWebhook(), SepayWebhook(api_key=""), CassoWebhook(secure_token="")]
)
def test_without_any_secret_nothing_is_taken(webhook: BankWebhook) -> None:
    for headers in ({}, {"Authorization": "Apikey "}, {"Authorization": "Apikey None"}, {"Secure-Token": ""}):
        assert refused(webhook, Delivery(headers, json.dumps(sample("sepay")).encode())) == 401


def test_payos_own_sample_verifies_and_is_known_as_a_check_of_the_address() -> None:
    raw = (deliveries.SAMPLES / "payos.json").read_bytes()
    assert read(PayosWebhook(deliveries.PAYOS_SAMPLE_KEY), Delivery({}, raw)) == []


def test_payos_reports_only_payments_that_succeeded() -> None:
    case = CASES["payos"]
    assert case.read(case.with_field("code", "01")) == []
    assert case.read(case.with_field("code", None)) == [case.told]


def test_payos_fields_cannot_be_cut_anew_under_the_same_signature() -> None:
    webhook, data = PayosWebhook(SECRET), CASES["payos"].body["data"]
    evil = data | {"description": "A&amount=900000&description=B"}
    assert refused(webhook, deliveries.payos({"data": evil}, NOW)) == 422
    assert webhook.read({}, deliveries.payos({"data": data | {"description": "A & B=C"}}, NOW).raw, NOW)


def test_casso_test_call_is_no_money() -> None:
    assert CASES["casso"].read(sample("casso_v2")) == []


@pytest.mark.parametrize(
    ("ascii_only", "escape"),
    [(False, str), (True, str), (True, lambda text: text.replace("/", r"\/"))],
    ids=["javascript", "python", "php"],
)
def test_casso_may_escape_what_is_not_ascii(ascii_only: bool, escape: Callable[[str], str]) -> None:
    case = CASES["casso"]
    body = case.with_field("content", "Nguyễn 😀/1")
    [told] = read(case.webhook, deliveries.casso(body, NOW, escape, ascii_only))
    assert told.content == "Nguyễn 😀/1"


def test_casso_lists_several() -> None:
    case = CASES["casso-by-token"]
    body = copy.deepcopy(case.body)
    body["data"].append(body["data"][0] | {"id": 12346, "amount": -5_000})
    told = case.read(body)
    assert [(one.event_id, one.amount, one.outgoing) for one in told] == [
        ("12345", 1_500_000, False),
        ("12346", 5_000, True),
    ]
    assert case.read(body | {"data": []}) == []


def test_gpmpay_simulations_are_left_out() -> None:
    case = CASES["gpmpay"]
    assert case.read(case.with_field("source", "SIMULATED")) == []


@every_way
def test_secrets_are_not_shown(case: Case) -> None:
    assert SECRET not in repr(case.webhook)
