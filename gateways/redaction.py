"""Keeps secrets and personal data of outgoing calls out of the logs.

httpx logs every URL at INFO, and a Bot API URL holds the token; python-telegram-bot logs whole messages at
DEBUG. Their loggers are silenced, and what still reaches a root handler is redacted by the places where
secrets stand: in addresses, headers and fields. Known secrets are found elsewhere, too, as whole words only.
"""

import logging
import re
from collections.abc import Iterable
from urllib.parse import quote

REDACTED = "<redacted>"
_FORMATTER = logging.Formatter()
_TOKEN = re.compile(r"(?<!\d)\d{5,}(?::|%3[Aa])[\w-]{20,}")
# Telegram's and Zalo's tokens, wherever their API is (`/bot<token>/`, `/zalo/bot<token>/`). Zalo's host name
# looks alike, and the last part of a path is redacted only if it looks like a token.
_TOKEN_IN_URL = re.compile(r"(?<!/)(/bot)(?:[^/\s'\"]+(?=/)|\d+(?::|%3[Aa])[^/\s'\"]+)")
# Whoever has one of the program's own links has what is behind it.
_TOKEN_OF_LINK = re.compile(r"(/(?:files|upload|desk/open|thu)/|[?&](?:start|code)=)[\w-]{16,}")
_PASSWORD_IN_URL = re.compile(r"(://[^/\s:@]*:)[^/\s@]+(?=@)")
_FIELD = re.compile(
    r"""((?:authorization|x-[\w-]*(?:token|signature|secret|key)|(?:[\w-]*[_-])?(?:api_?key|secret|password|token|signature))
    ["']?\s*[:=]\s*["']?(?:(?:apikey|bearer|basic)\s+)?)[^\s"'&,;}\])]{6,}""",
    re.IGNORECASE | re.VERBOSE,
)
_PLACES = (_TOKEN_IN_URL, _TOKEN_OF_LINK, _PASSWORD_IN_URL, _FIELD)
_QUIET = {
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "telegram": logging.WARNING,
    # Reports every rate limit with a traceback, though the sender reschedules it.
    "telegram.ext.AIORateLimiter": logging.CRITICAL,
}


class Redaction(logging.Filter):
    """Takes bot tokens and known secrets out of a record: its message, traceback, stack and added texts."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        forms = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""))}
        # The longest first, so that a secret that begins another leaves no rest of it.
        longest_first = sorted(forms, key=len, reverse=True)
        known = "|".join(map(re.escape, longest_first)) or r"(?!)"
        # A part of a longer word is something else, as a password of digits in a number of an order.
        self._known = re.compile(rf"(?<![^\W_])(?:{known})(?![^\W_])")

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = record.getMessage(), ()
        if record.exc_info:
            record.exc_text = record.exc_text or _FORMATTER.formatException(record.exc_info)
            # A handler with a formatter of its own would render the exception anew.
            record.exc_info = None
        # Every text field, since callers add their own (aiohttp adds the first line of a request).
        for name, value in vars(record).items():
            if isinstance(value, str):
                setattr(record, name, self.redact(value))
        return True

    def redact(self, text: str) -> str:
        text = _TOKEN.sub(REDACTED, self._known.sub(REDACTED, text))
        for place in _PLACES:
            text = place.sub(rf"\1{REDACTED}", text)
        return text


def protect_logs(secrets: Iterable[str]) -> None:
    """Silence talkative libraries and redact what the root handlers write.

    Call it once the root handlers are set up, with every secret of the settings.
    """
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)
    redaction = Redaction(secrets)
    for handler in logging.getLogger().handlers:
        handler.addFilter(redaction)
