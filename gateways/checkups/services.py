"""The registry, the banks' lists and the issuer of invoices, by the clients that the program itself uses."""

from datetime import datetime

from domain.checkups import Fault, Good
from services.ports import InvoiceIssuer, Registry, RegistryAway, RetryLater
from services.ports.bank_feeds import BankFeed, FeedRefused
from services.ports.invoices import IssuerStopped

NOBODY = "0000000000"
"""A tax code that nobody has."""

_STOPS = ("login", "quota", "series", "inactive")


async def look_at_registry(registry: Registry) -> Good:
    try:
        await registry.find(NOBODY)
    except RegistryAway as error:
        raise Fault("registry_away", error=str(error)) from None
    return Good("registry")


async def look_at_list(feed: BankFeed, now: datetime) -> Good:
    try:
        await feed.transfers(now)
    except FeedRefused as error:
        raise Fault("list_login" if str(error) == "login" else "list_refused", error=str(error)) from None
    except RetryLater as error:
        raise Fault("list_away", error=str(error)) from None
    return Good("list")


async def look_at_issuer(issuer: InvoiceIssuer, series: str) -> Good:
    if not series:
        raise Fault("invoices_no_series")
    try:
        await issuer.ready(series)
    except IssuerStopped as error:
        code = f"invoices_{error.code}" if error.code in _STOPS else "invoices_refused"
        raise Fault(code, series=series, error=error.code) from None
    except RetryLater as error:
        raise Fault("invoices_away", error=str(error)) from None
    return Good("invoices", {"series": series})
