"""The start with people of the back office in the settings."""

import pytest
from pydantic import SecretStr

from bot.app import run
from bot.settings import BackOfficePerson, Settings, SettingsError
from services.operations import build_operations
from storage.database import Database
from tests.services.conftest import JsonWorkbooks
from tests.support.builders import CHANNELS, PAYEE, chat, person
from tests.support.clock import FixedClock


async def test_a_firms_accountant_in_the_setting_is_a_start_up_error(
    database: Database, database_url: str
) -> None:
    operations = build_operations(database, FixedClock(), PAYEE, CHANNELS, JsonWorkbooks())
    await operations.register_firm(chat("5100000009"), person("Hoa"), "Đại lý thuế", "0300588569")
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        telegram_token=SecretStr("123456:token-for-a-test"),
        database_url=database_url,
        mail_from="donhang@vendor.vn",
        bank_bin=PAYEE.bank_bin,
        bank_account=PAYEE.account,
        bank_holder=PAYEE.holder,
        back_office=(BackOfficePerson(5_100_000_009, "Lan"),),
    )
    with pytest.raises(SettingsError) as refused:
        await run(settings)
    assert str(refused.value).startswith("BACK_OFFICE: 5100000009 is an accountant of a firm")
    assert "Hoa" not in str(refused.value)
