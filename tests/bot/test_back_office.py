"""The start with people of the back office in the settings."""

import pytest
from pydantic import HttpUrl, SecretStr

from bot.app_settings import BackOfficePerson
from bot.running import run
from bot.settings import Settings, SettingsError, VendorMode
from bot.wiring import build_program
from domain.chats import Channel, zalo_chat_id
from services.operations import build_operations
from services.people.people import ChatIdentity
from storage.database import Database
from tests.support.builders import CHANNELS, PAYEE, chat, person
from tests.support.clock import FixedClock
from tests.support.workbooks import JsonWorkbooks


def settings(database_url: str, *back_office: BackOfficePerson, mode: VendorMode) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        telegram_token=SecretStr("123456:token-for-a-test"),
        database_url=database_url,
        mail_from="donhang@vendor.vn",
        bank_bin=PAYEE.bank_bin,
        bank_account=PAYEE.account,
        bank_holder=PAYEE.holder,
        vendor_mode=mode,
        vendor_api_url=HttpUrl("http://127.0.0.1:1"),
        vendor_api_token=SecretStr("a-token-for-a-test"),
        back_office=back_office,
    )


async def test_a_firms_accountant_in_the_setting_is_a_start_up_error(
    database: Database, database_url: str
) -> None:
    operations = build_operations(database, FixedClock(), PAYEE, CHANNELS, JsonWorkbooks())
    await operations.register_firm(chat("5100000009"), person("Hoa"), "Đại lý thuế", "0300588569")
    with pytest.raises(SettingsError) as refused:
        await run(settings(database_url, BackOfficePerson("5100000009", "Lan"), mode=VendorMode.MANUAL))
    assert str(refused.value).startswith("BACK_OFFICE: 5100000009 is an accountant of a firm")
    assert "Hoa" not in str(refused.value)


async def test_it_is_named_as_the_setting_names_them(database: Database, database_url: str) -> None:
    operations = build_operations(database, FixedClock(), PAYEE, CHANNELS, JsonWorkbooks())
    zalo = ChatIdentity(Channel.ZALO, str(zalo_chat_id("6ede9afa66b88fe6d6a9")))
    await operations.register_firm(zalo, person("Hoa"), "Đại lý thuế", "0300588569")
    mai = BackOfficePerson("zalo:6ede9afa66b88fe6d6a9", "Mai")
    with pytest.raises(SettingsError) as refused:
        await run(settings(database_url, mai, mode=VendorMode.MANUAL))
    assert str(refused.value).startswith("BACK_OFFICE: zalo:6ede9afa66b88fe6d6a9 is an accountant of a firm")


@pytest.mark.parametrize("mode", VendorMode)
@pytest.mark.usefixtures("database")
async def test_nobody_in_the_setting_is_warned_of(
    database_url: str, mode: VendorMode, caplog: pytest.LogCaptureFixture
) -> None:
    async with build_program(settings(database_url, mode=mode)):
        pass
    assert "BACK_OFFICE is empty" in caplog.text
    assert ("no licence is activated" in caplog.text) is (mode is VendorMode.MANUAL)
    for approve, warned in (
        ((False, False), "names nobody who may approve"),
        ((True, False), "one person who may approve"),
        ((True, True), ""),
    ):
        caplog.clear()
        people = [
            BackOfficePerson(f"510000000{number}", name, approves)
            for number, name, approves in zip((8, 9), ("Hoa", "Lan"), approve, strict=True)
        ]
        async with build_program(settings(database_url, *people, mode=mode)):
            pass
        assert "BACK_OFFICE is empty" not in caplog.text
        assert warned in caplog.text
        assert ("BACK_OFFICE" in caplog.text) is bool(warned)
