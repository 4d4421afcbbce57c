"""What the program tells services that watch it from outside, if the settings name some."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bot import __version__
from bot.settings import Settings, SettingsError
from bot.tracing import start_sentry, start_spans


@contextmanager
def told_outside(settings: Settings) -> Iterator[None]:
    """Send spans and errors where the settings say while the block runs. Raises `SettingsError` where the
    packages for it are not installed."""
    with ExitStack() as stack:
        try:
            if settings.sentry_dsn:
                dsn = settings.sentry_dsn.get_secret_value()
                stack.callback(start_sentry(dsn, __version__, settings.role))
            if settings.otel_exporter_otlp_endpoint:
                endpoint = str(settings.otel_exporter_otlp_endpoint)
                stack.callback(start_spans(endpoint, __version__, settings.role))
        except ImportError as error:
            advice = (
                "install requirements/watch.txt, or leave SENTRY_DSN and OTEL_EXPORTER_OTLP_ENDPOINT empty"
            )
            raise SettingsError(f"{error}: {advice}") from None
        yield
