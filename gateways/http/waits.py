"""How long an HTTP service asks to wait."""

import aiohttp

_AN_HOUR = 3600.0


def seconds_asked(response: aiohttp.ClientResponse, otherwise: float) -> float:
    """The seconds that `Retry-After` says, at most an hour; `otherwise` where it is absent or a date."""
    asked = response.headers.get("Retry-After", "")
    return min(float(asked), _AN_HOUR) if asked.isascii() and asked.isdigit() else otherwise
