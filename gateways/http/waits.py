"""How long a service over HTTP asks to wait."""

import aiohttp

LONGEST_WAIT = 3600.0


def seconds_asked(response: aiohttp.ClientResponse, otherwise: float) -> float:
    """Seconds of `Retry-After`, an hour at most, or `otherwise`; its form with a date is not part of our
    contracts."""
    asked = response.headers.get("Retry-After", "")
    return min(float(asked), LONGEST_WAIT) if asked.isascii() and asked.isdigit() else otherwise
