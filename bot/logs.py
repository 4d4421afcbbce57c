"""The log: lines for people or JSON for machines, each with what it goes back to."""

import json
import logging
from datetime import UTC, datetime
from enum import StrEnum

from bot.few_stacks import shorten_logs
from bot.measures import LOGGED
from gateways.redaction import protect_logs
from services.causes import CAUSE


class LogFormat(StrEnum):
    LINES = "lines"
    JSON = "json"


class Noted(logging.Filter):
    """Adds to a record what it goes back to, and counts warnings and errors."""

    def filter(self, record: logging.LogRecord) -> bool:
        cause = CAUSE.get()
        record.cause, record.about = cause, f" [{cause}]" if cause else ""
        if record.levelno >= logging.WARNING:
            LOGGED.labels(record.levelname.lower()).inc()
        return True


class Json(logging.Formatter):
    """One object a line: `time` in UTC, `level`, `logger`, `message`, and where there is one `cause` and
    `stack`."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if cause := getattr(record, "cause", ""):
            said["cause"] = cause
        if stack := record.exc_text or (record.exc_info and self.formatException(record.exc_info)):
            said["stack"] = stack
        return json.dumps(said, ensure_ascii=False)


_FORMATTERS = {
    LogFormat.LINES: logging.Formatter("%(asctime)s %(levelname)s %(name)s%(about)s: %(message)s"),
    LogFormat.JSON: Json(),
}


def set_up_logs(level: str, form: LogFormat, secrets: tuple[str, ...]) -> None:
    """Log to standard error, without secrets and with few stacks."""
    handler = logging.StreamHandler()
    handler.setFormatter(_FORMATTERS[form])
    handler.addFilter(Noted())
    logging.basicConfig(level=level, handlers=[handler])
    shorten_logs()
    protect_logs(secrets)
