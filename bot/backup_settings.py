"""Backups: where they are put, when, and for how long they are kept."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator

from bot.bank_settings import Secret
from storage.backups import check_key


class BackupSettings(BaseModel):
    """Without a folder nothing is backed up by itself."""

    backup_folder: Path | None = None
    backup_hour: Annotated[int, Field(ge=0, le=23)] = 3
    backup_keep_days: Annotated[int, Field(ge=1)] = 30
    backup_key: Secret | None = None
    litestream_config: Path | None = None
    """Where it is set, Litestream alone moves what was written from SQLite's log into its file."""

    @field_validator("backup_key")
    @classmethod
    def _is_a_key(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None:
            check_key(key.get_secret_value())
        return key

    @model_validator(mode="after")
    def _continuous_is_for_sqlite(self) -> Self:
        if self.litestream_config and not getattr(self, "database_url", "").startswith("sqlite"):
            raise ValueError("LITESTREAM_CONFIG is for SQLite; PostgreSQL has its own continuous archiving")
        return self

    @property
    def backup_secret(self) -> str:
        """The key of the backups; empty where they are not encrypted."""
        return self.backup_key.get_secret_value() if self.backup_key else ""
