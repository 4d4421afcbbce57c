"""A wrong setting stops the start with a sentence that says how to set it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.app_settings import UpdateMode, secret_of_app
from bot.settings import APP_TOKENS, Role, Settings, SettingsError, SmtpTls, VendorMode, load_settings
from domain.chats import CHATS, zalo_chat_id
from gateways.redaction import Redaction
from storage.backups import new_key

RIGHT = {
    "TELEGRAM_TOKEN": "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc",
    "MAIL_FROM": "Phần mềm kế toán <donhang@vendor.vn>",
    "BANK_BIN": "970436",
    "BANK_ACCOUNT": "0011001234567",
    "BANK_HOLDER": "CONG TY PHAN MEM",
}

ZALO = {
    "ZALO_TOKEN": "987654321:AbCdEfGhIjKlMnOpQrStUvWxYz",
    "PUBLIC_URL": "https://bot.vendor.vn",
    "WEBHOOK_SECRET": "a-secret-of-twenty-one",
}


SECRETS = [
    name.upper()
    for name, field in Settings.model_fields.items()
    if "SecretStr" in str(field.annotation) and name not in ("telegram_token", "zalo_token", "webhook_secret")
]
"""The secrets of other services; the apps' own have a form each."""


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in RIGHT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("BOT_ENV_FILE", str(tmp_path / ".env"))
    return monkeypatch


def test_defaults_are_enough_with_the_required_ones(environment: pytest.MonkeyPatch) -> None:
    settings = load_settings()
    assert settings.telegram_mode is UpdateMode.POLLING
    assert settings.smtp_tls is SmtpTls.STARTTLS
    assert str(settings.telegram_api_url) == "https://api.telegram.org/"


def test_env_file_is_read_and_empty_values_count_as_not_given(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("SMTP_HOST=mail.vendor.vn\nWEBHOOK_SECRET=\n", "utf-8")
    settings = load_settings()
    assert settings.smtp_host == "mail.vendor.vn"
    assert settings.webhook_secret is None


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("TELEGRAM_TOKEN", "not-a-token", "@BotFather"),
        (
            "BACKUP_KEY",
            "a password of mine",
            "BACKUP_KEY: is no key; python -m bot backup --new-key prints one",
        ),
        ("TELEGRAM_TOKEN", "", "neither TELEGRAM_TOKEN nor ZALO_TOKEN nor ZALO_OA_APP_ID is set"),
        ("TELEGRAM_API_URL", "telegram", "TELEGRAM_API_URL"),
        ("TELEGRAM_MODE", "pulling", "polling"),
        ("ZALO_TOKEN", "not-a-token", "ZALO_TOKEN: put the token that Zalo gave"),
        ("ZALO_TOKEN", ZALO["ZALO_TOKEN"], "ZALO_TOKEN needs PUBLIC_URL"),
        ("ZALO_API_URL", "zalo", "ZALO_API_URL"),
        ("ZALO_MODE", "pulling", "ZALO_MODE"),
        ("PUBLIC_URL", "bot.vendor.vn", "PUBLIC_URL"),
        ("WEB_PORT", "http", "WEB_PORT"),
        ("WEB_PORT", "70000", "WEB_PORT"),
        ("DATABASE_URL", "mysql://x", "sqlite+aiosqlite"),
        ("SMTP_TLS", "ssl", "starttls"),
        ("MAIL_FROM", "donhang", "vendor.vn"),
        ("MAIL_FROM", "A <a@b.vn>\r\nBcc: c@d.vn", "vendor.vn"),
        ("BANK_BIN", "970499", "970436"),
        ("BANK_ACCOUNT", "00 11", "BANK_ACCOUNT"),
        ("BANK_MORE_ACCOUNTS", "00 11", "such as 0011009876543,96247BOT*"),
        ("BANK_MORE_ACCOUNTS", "0011009876543;96247BOT*", "such as 0011009876543,96247BOT*"),
        ("BANK_MORE_ACCOUNTS", "96*", "such as 0011009876543,96247BOT*"),
        ("SMS_PROVIDER", "esms", "ESMS_API_KEY"),
        ("SMTP_USERNAME", "bot", "SMTP_PASSWORD"),
        ("SMS_FIRST_HOUR", "23", "SMS_LAST_HOUR"),
        ("LOG_LEVEL", "LOUD", "DEBUG"),
        ("TELEGRAM_MODE", "webhook", "PUBLIC_URL"),
        *((name, "t" * 7, f"{name}: put 8 characters or more") for name in SECRETS),
        ("VENDOR_MODE", "http", "manual"),
        ("VENDOR_MODE", "api", "VENDOR_API_URL"),
        ("VENDOR_API_URL", "vendor", "VENDOR_API_URL"),
        ("VENDOR_PARALLEL", "0", "VENDOR_PARALLEL"),
        ("VENDOR_TIMEOUT", "0", "VENDOR_TIMEOUT"),
        ("VENDOR_TIMEOUT", "26", "VENDOR_TIMEOUT"),
        ("REGISTRY_URL", "https://registry.vn", "REGISTRY_TOKEN"),
        ("REGISTRY_TOKEN", "token-of-the-registry", "REGISTRY_URL"),
        ("REGISTRY_URL", "registry", "REGISTRY_URL"),
        ("REGISTRATION", "closed", "approval"),
        ("REGISTRATION", "approval", "BACK_OFFICE"),
        ("BACK_OFFICE", "Lan", "5100000003:Lan"),
        ("BACK_OFFICE", "0:Lan", "5100000003:Lan"),
        ("BACK_OFFICE", "1:Lan,2:", "5100000003:Lan"),
        ("BACK_OFFICE", "1:Lan,", "5100000003:Lan"),
        ("BACK_OFFICE", "1:Lan,1:Hoa", "once"),
        ("BACK_OFFICE", "zalo:6ede9afa66b88fe6d6a9", "zalo:6ede9afa66b88fe6d6a9:Mai"),
        ("BACK_OFFICE", "zalo:5100000003x:Mai", "zalo:6ede9afa66b88fe6d6a9:Mai"),
        ("BACK_OFFICE", "6ede9afa66b88fe6d6a9:Mai", "zalo:6ede9afa66b88fe6d6a9:Mai"),
        ("INVOICE_MODE", "viettel", "by_hand"),
        ("INVOICE_MODE", "sepay", "SEPAY_EINVOICE_CLIENT_ID"),
        ("INVOICE_WHEN", "placed", "INVOICE_WHEN"),
        ("INVOICE_FORM", "GTGT", "INVOICE_FORM"),
        ("INVOICE_SERIES", "C26TAA", "such as 2026=C26TAA,2027=C27TAA"),
        ("INVOICE_SERIES", "2026=C27TAA", "such as 2026=C26TAA,2027=C27TAA"),
        ("BACK_OFFICE", "zalo:6ede9afa66b88fe6:Mai,zalo:6ede9afa66b88fe6:Lan", "once"),
    ],
)
def test_wrong_setting_says_what_to_put(
    environment: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    environment.setenv(name, value)
    with pytest.raises(SettingsError, match=re.escape(says)):
        load_settings()


@pytest.mark.parametrize(
    ("url", "token"), [("SEPAY_API_URL", "SEPAY_API_TOKEN"), ("CASSO_API_URL", "CASSO_API_KEY")]
)
def test_tokens_of_lists_go_to_safe_addresses_only(
    environment: pytest.MonkeyPatch, url: str, token: str
) -> None:
    environment.setenv(url, "http://bank.example")
    load_settings()
    environment.setenv(token, "token-of-a-list")
    with pytest.raises(SettingsError, match=f"{url} carries a secret: put an address with https"):
        load_settings()


def test_accounts_are_the_one_on_the_cards_and_more(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("BANK_MORE_ACCOUNTS", "0011009876543, 96247BOT*")
    accounts = load_settings().accounts
    assert [accounts.know(one) for one in ("0011001234567", "0011009876543", "96247BOT01")] == [True] * 3
    assert not accounts.know("0011009876544")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SEPAY_EINVOICE_ACCOUNT", "", "SEPAY_EINVOICE_ACCOUNT"),
        ("INVOICE_SERIES", "", "INVOICE_SERIES"),
        ("SEPAY_EINVOICE_URL", "http://einvoice.example", "https"),
    ],
)
def test_invoices_by_sepay_need_all_that_belongs_to_them(
    environment: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    environment.setenv("INVOICE_MODE", "sepay")
    environment.setenv("INVOICE_SERIES", "2026=C26TAA")
    for of in ("CLIENT_ID", "CLIENT_SECRET", "ACCOUNT"):
        environment.setenv(f"SEPAY_EINVOICE_{of}", "something-of-sepay")
    load_settings()
    environment.setenv(name, value)
    with pytest.raises(SettingsError, match=says):
        load_settings()


@pytest.mark.parametrize("secret", ["", "short", "có dấu và dài hơn mười sáu ký tự"])
def test_webhook_does_not_start_without_a_good_secret(environment: pytest.MonkeyPatch, secret: str) -> None:
    environment.setenv("TELEGRAM_MODE", "webhook")
    environment.setenv("PUBLIC_URL", "https://bot.vendor.vn")
    environment.setenv("WEBHOOK_SECRET", secret)
    with pytest.raises(SettingsError, match="WEBHOOK_SECRET"):
        load_settings()


@pytest.mark.parametrize("telegram", [RIGHT["TELEGRAM_TOKEN"], ""])
def test_zalo_does_with_and_without_telegram(environment: pytest.MonkeyPatch, telegram: str) -> None:
    for name, value in {**ZALO, "TELEGRAM_TOKEN": telegram}.items():
        environment.setenv(name, value)
    settings = load_settings()
    assert settings.zalo_mode is UpdateMode.WEBHOOK
    assert str(settings.zalo_api_url) == "https://bot-api.zaloplatforms.com/"
    assert (settings.telegram_token is None) is (telegram == "")


@pytest.mark.parametrize("url", ["", "http://bot.vendor.vn", "ftp://bot.vendor.vn"])
@pytest.mark.parametrize("mode", ["webhook", "polling"])
def test_zalo_needs_an_address_that_it_can_fetch_pictures_from(
    environment: pytest.MonkeyPatch, url: str, mode: str
) -> None:
    for name, value in {**ZALO, "PUBLIC_URL": url, "ZALO_MODE": mode}.items():
        environment.setenv(name, value)
    with pytest.raises(SettingsError, match="PUBLIC_URL"):
        load_settings()


@pytest.mark.parametrize("secret", ["", "short", "x" * 257, "có dấu và dài hơn mười sáu ký tự"])
def test_zalos_webhook_needs_a_good_secret_and_its_polling_none(
    environment: pytest.MonkeyPatch, secret: str
) -> None:
    for name, value in {**ZALO, "WEBHOOK_SECRET": secret}.items():
        environment.setenv(name, value)
    with pytest.raises(SettingsError, match="ZALO_MODE=webhook needs WEBHOOK_SECRET"):
        load_settings()
    environment.setenv("ZALO_MODE", "polling")
    assert load_settings().zalo_mode is UpdateMode.POLLING


def test_telegrams_mode_asks_for_nothing_where_telegram_is_off(environment: pytest.MonkeyPatch) -> None:
    for name, value in {**ZALO, "TELEGRAM_TOKEN": "", "TELEGRAM_MODE": "webhook"}.items():
        environment.setenv(name, value)
    assert load_settings().telegram_token is None


@pytest.mark.parametrize("role", ["web", "work"])
def test_several_processes_need_postgresql(environment: pytest.MonkeyPatch, role: str) -> None:
    environment.setenv("ROLE", role)
    with pytest.raises(SettingsError, match=f"ROLE={role} needs PostgreSQL in DATABASE_URL"):
        load_settings()
    environment.setenv("DATABASE_URL", "postgresql+psycopg://bot@localhost/bot")
    assert load_settings().role is Role(role)


def test_back_office_is_read_as_people(environment: pytest.MonkeyPatch) -> None:
    assert load_settings().back_office == ()
    environment.setenv("BACK_OFFICE", " 5100000003:Lê Thu Hà , 5100000009:Lan: ca tối")
    environment.setenv("REGISTRATION", "approval")
    assert load_settings().back_office == (
        ("5100000003", "Lê Thu Hà", False),
        ("5100000009", "Lan: ca tối", False),
    )
    environment.setenv("BACK_OFFICE", "5100000003:Hà, zalo:6ede9afa66b88fe6d6a9 : Mai: ca tối")
    hanh, mai = load_settings().back_office
    assert (hanh.chat_id, mai.chat_id) == (5100000003, zalo_chat_id("6ede9afa66b88fe6d6a9"))
    assert mai == ("zalo:6ede9afa66b88fe6d6a9", "Mai: ca tối", False)


def test_a_name_may_carry_the_right_to_approve(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("BACK_OFFICE", "5100000003:Lê Thu Hà:approve, zalo:6ede9afa66b88fe6d6a9:Mai")
    assert [(one.name, one.approves) for one in load_settings().back_office] == [
        ("Lê Thu Hà", True),
        ("Mai", False),
    ]
    environment.setenv("BACK_OFFICE", "5100000003:Lan:aprove")
    with pytest.raises(SettingsError, match="BACK_OFFICE: aprove is no right: put :approve behind a name"):
        load_settings()


def test_the_second_person_looks_at_large_sums_unless_told_otherwise(environment: pytest.MonkeyPatch) -> None:
    assert load_settings().second_person_above == 20_000_000
    environment.setenv("SECOND_PERSON_ABOVE", "0")
    assert load_settings().second_person_above == 0
    environment.setenv("SECOND_PERSON_ABOVE", "-1")
    with pytest.raises(SettingsError, match="SECOND_PERSON_ABOVE"):
        load_settings()


def test_each_year_has_its_series(environment: pytest.MonkeyPatch) -> None:
    assert load_settings().series_by_year == {}
    environment.setenv("INVOICE_SERIES", "2026=C26TAA, 2027=K27TZZ,")
    assert load_settings().series_by_year == {2026: "C26TAA", 2027: "K27TZZ"}


def test_vendor_api_needs_its_token(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("VENDOR_MODE", "api")
    environment.setenv("VENDOR_API_URL", "https://vendor.vn/api")
    with pytest.raises(SettingsError, match="VENDOR_API_TOKEN"):
        load_settings()
    environment.setenv("VENDOR_API_TOKEN", "token-of-the-vendor")
    assert load_settings().vendor_mode is VendorMode.API


@pytest.mark.parametrize("zalo", ["bot", "account"])
def test_every_secret_is_kept_out_of_the_logs(environment: pytest.MonkeyPatch, zalo: str) -> None:
    given = {
        name: f"hidden-value-of-{name}"
        for name, field in Settings.model_fields.items()
        if "SecretStr" in str(field.annotation) and name not in APP_TOKENS
    }
    if zalo == "bot":
        given = {name: value for name, value in given.items() if not name.startswith("zalo_oa")}
        given["zalo_token"] = ZALO["ZALO_TOKEN"]
    else:
        environment.setenv("ZALO_OA_APP_ID", "4410000000000000001")
    given["backup_key"] = new_key()
    environment.setenv("PUBLIC_URL", ZALO["PUBLIC_URL"])
    for name, value in given.items():
        environment.setenv(name.upper(), value)
    environment.setenv("SMTP_USERNAME", "bot")
    environment.setenv("REGISTRY_URL", "https://registry.vn")
    derived = {secret_of_app(given["webhook_secret"], app) for app in CHATS}
    assert set(load_settings().secrets) == {RIGHT["TELEGRAM_TOKEN"], *given.values(), *derived}


def test_a_short_secret_that_nothing_needs_does_not_tear_the_logs(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("WEBHOOK_SECRET", "t")
    redaction = Redaction(load_settings().secrets)
    assert redaction.redact("the tide turns") == "the tide turns"


@pytest.mark.parametrize("name", ["TELEGRAM_TOKEN", "ZALO_TOKEN"])
def test_error_never_shows_the_wrong_value(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.setenv(name, "secret-that-is-mistyped")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "secret-that-is-mistyped" not in str(caught.value)


@pytest.mark.long
def test_program_ends_with_the_sentence(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in (*RIGHT, *ZALO)}
    environment["BOT_ENV_FILE"] = str(tmp_path / "none")
    ended = subprocess.run(
        [sys.executable, "-m", "bot"], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert "MAIL_FROM: is not set; see .env.example" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_example_explains_every_setting() -> None:
    text = Path(".env.example").read_text("utf-8")
    named = set(re.findall(r"^([A-Z_]+)=", text, re.MULTILINE))
    assert named == {name.upper() for name in Settings.model_fields}
    for name in named:
        before = text.split(f"\n{name}=")[0].rsplit("\n\n", 1)[-1]
        assert "#" in before, f"{name} has no explanation"


def test_account_numbers_need_what_sepay_asks_for(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ACCOUNT_NUMBERS", "sepay")
    environment.setenv("BANK_BIN", "970418")
    with pytest.raises(SettingsError, match="SEPAY_ACCOUNT_ID"):
        load_settings()
    environment.setenv("SEPAY_API_TOKEN", "token-of-a-list")
    environment.setenv("SEPAY_ACCOUNT_ID", "abc-1")
    assert load_settings().account_numbers == "sepay"
    environment.setenv("BANK_BIN", "970436")
    with pytest.raises(SettingsError, match="BIDV"):
        load_settings()


def test_an_erasure_says_how_long_backups_of_the_program_itself_are_kept(
    environment: pytest.MonkeyPatch,
) -> None:
    assert load_settings().controller.backup_days == 0
    environment.setenv("BACKUP_FOLDER", "/var/backups")
    environment.setenv("BACKUP_KEEP_DAYS", "14")
    assert load_settings().controller.backup_days == 14
