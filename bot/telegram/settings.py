"""The settings of Telegram."""

from typing import Self

from pydantic import HttpUrl, SecretStr, field_validator, model_validator

from bot.app_settings import TOKEN_FORM, AppSettings, UpdateMode


class TelegramSettings(AppSettings):
    """Telegram is off without a token."""

    telegram_token: SecretStr | None = None
    telegram_api_url: HttpUrl = HttpUrl("https://api.telegram.org")
    telegram_mode: UpdateMode = UpdateMode.POLLING

    @field_validator("telegram_token")
    @classmethod
    def _telegram_token_form(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not TOKEN_FORM.fullmatch(token.get_secret_value()):
            raise ValueError("put the token that @BotFather gave, such as 123456789:AAE…")
        return token

    @model_validator(mode="after")
    def _telegram_belongs_together(self) -> Self:
        if self.telegram_token is not None and self.telegram_mode is UpdateMode.WEBHOOK:
            self.check_address("TELEGRAM_MODE=webhook")
            self.check_secret("TELEGRAM_MODE=webhook")
        return self
