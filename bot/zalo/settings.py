"""The settings of Zalo."""

from typing import Annotated, Self

from pydantic import Field, HttpUrl, SecretStr, field_validator, model_validator

from bot.app_settings import TOKEN_FORM, AppSettings, UpdateMode


class ZaloSettings(AppSettings):
    """Zalo is off without a token."""

    zalo_token: SecretStr | None = None
    zalo_api_url: HttpUrl = HttpUrl("https://bot-api.zaloplatforms.com")
    zalo_mode: UpdateMode = UpdateMode.WEBHOOK
    zalo_month_limit: Annotated[int, Field(ge=0)] = 3000
    zalo_people_limit: Annotated[int, Field(ge=0)] = 50

    @field_validator("zalo_token")
    @classmethod
    def _zalo_token_form(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not TOKEN_FORM.fullmatch(token.get_secret_value()):
            raise ValueError("put the token that Zalo gave, digits and a secret with a colon between")
        return token

    @model_validator(mode="after")
    def _zalo_belongs_together(self) -> Self:
        if self.zalo_token is not None:
            self.check_address("ZALO_TOKEN", ", where Zalo fetches pictures")
            if self.zalo_mode is UpdateMode.WEBHOOK:
                self.check_secret("ZALO_MODE=webhook")
        return self
