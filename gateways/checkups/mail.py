"""The mail server: TLS and login, as the sender of mails uses them. No mail is sent."""

import ssl

import aiosmtplib

from domain.checkups import Fault, Good
from gateways.smtp_connections import SmtpConnections, SmtpSettings
from services.ports import RetryLater


async def look_at_mail(settings: SmtpSettings) -> Good:
    connections = SmtpConnections(settings)
    where = {"host": settings.host, "port": str(settings.port)}
    try:
        async with connections.one() as smtp:
            await smtp.noop()
    except RetryLater as error:
        raise Fault(_code(error.__cause__), **where) from None
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Fault(_code(error), **where) from None
    finally:
        await connections.close()
    return Good(f"mail_{settings.tls}", where)


def _code(error: BaseException | None) -> str:
    """What to do about an error of connecting, by the errors behind it."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return "mail_certificate"
        if isinstance(error, aiosmtplib.SMTPAuthenticationError):
            return "mail_login"
        said = str(error)
        if isinstance(error, aiosmtplib.SMTPException) and "AUTH extension" in said:
            return "mail_no_login"
        if isinstance(error, aiosmtplib.SMTPException) and "STARTTLS extension" in said:
            return "mail_no_starttls"
        error = error.__cause__ or error.__context__
    return "mail_away"
