"""The vendor's bank accounts, and the services that tell of transfers."""

import re
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, Field, HttpUrl, SecretStr, field_validator, model_validator

from domain.accounts import KnownAccounts
from domain.banks import bank_by_bin
from domain.payments import INSTANT_LIMIT

BIDV = "970418"
"""The bank at which SePay gives numbers that take any sum."""

SHORTEST_SECRET = 8
"""A shorter secret could be guessed, and every word with its letters would be taken out of the logs."""


def _long_enough(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value()) < SHORTEST_SECRET:
        raise ValueError(f"put {SHORTEST_SECRET} characters or more: a shorter secret protects nothing")
    return secret


Secret = Annotated[SecretStr, AfterValidator(_long_enough)]


def https_or_here(name: str, url: HttpUrl) -> None:
    """Raise `ValueError` for an address at which a secret could be read on the way."""
    if url.scheme != "https" and url.host not in ("127.0.0.1", "localhost"):
        raise ValueError(f"{name} carries a secret: put an address with https")


class AccountNumbersBy(StrEnum):
    """Who gives each request an account number of its own."""

    OFF = "off"
    SEPAY = "sepay"


class BankSettings(BaseModel):
    """A service is off without its secrets; its list is not read without the token of its API."""

    bank_bin: str
    bank_account: Annotated[str, Field(pattern=r"^[0-9A-Z]{4,19}$")]
    bank_holder: Annotated[str, Field(min_length=2, max_length=100)]
    bank_more_accounts: str = ""
    max_instant_transfer: Annotated[int, Field(ge=1)] = INSTANT_LIMIT

    sepay_api_key: Secret | None = None
    sepay_secret: Secret | None = None
    sepay_api_token: Secret | None = None
    sepay_account_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{0,64}$")] = ""
    account_numbers: AccountNumbersBy = AccountNumbersBy.OFF
    sepay_api_url: HttpUrl = HttpUrl("https://userapi.sepay.vn")
    payos_checksum_key: Secret | None = None
    casso_secret: Secret | None = None
    casso_secure_token: Secret | None = None
    casso_api_key: Secret | None = None
    casso_api_url: HttpUrl = HttpUrl("https://oauth.casso.vn")
    gpmpay_secret: Secret | None = None

    @field_validator("bank_bin")
    @classmethod
    def _known_bank(cls, bank_bin: str) -> str:
        bank = bank_by_bin(bank_bin)
        if bank is None or not bank.can_transfer:
            raise ValueError("put the six-digit BIN of a bank that takes VietQR transfers, such as 970436")
        return bank_bin

    @field_validator("bank_more_accounts")
    @classmethod
    def _accounts_form(cls, text: str) -> str:
        for one in filter(None, text.split(",")):
            if not re.fullmatch(r"\s*[0-9A-Z]{4,19}\*?\s*", one):
                raise ValueError(
                    "put accounts of 4 to 19 digits or capital letters with commas between them, and * behind"
                    " the first characters of virtual ones, such as 0011009876543,96247BOT*"
                )
        return text

    @model_validator(mode="after")
    def _addresses_of_lists(self) -> Self:
        if self.sepay_api_token:
            https_or_here("SEPAY_API_URL", self.sepay_api_url)
        if self.casso_api_key:
            https_or_here("CASSO_API_URL", self.casso_api_url)
        return self

    @model_validator(mode="after")
    def _numbers_of_sepay(self) -> Self:
        if self.account_numbers is AccountNumbersBy.SEPAY:
            if not (self.sepay_api_token and self.sepay_account_id):
                raise ValueError("ACCOUNT_NUMBERS=sepay needs SEPAY_API_TOKEN and SEPAY_ACCOUNT_ID")
            if self.bank_bin != BIDV:
                raise ValueError(f"ACCOUNT_NUMBERS=sepay is for an account at BIDV: BANK_BIN={BIDV}")
        return self

    @property
    def accounts(self) -> KnownAccounts:
        """The accounts whose money is the vendor's."""
        more = [one.strip() for one in self.bank_more_accounts.split(",") if one]
        whole = [one for one in more if not one.endswith("*")]
        prefixes = tuple(one.removesuffix("*") for one in more if one.endswith("*"))
        return KnownAccounts((self.bank_account, *whole), prefixes)
