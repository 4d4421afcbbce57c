"""Spans to OpenTelemetry and errors to Sentry, where the settings name them. Both are off by default; their
packages are those of the extra `watch`.

What leaves the house names nobody: types of errors and places in the code, no text of an error and no value.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from services.causes import CAUSE

Close = Callable[[], None]
_NOTHING: AbstractContextManager[None] = nullcontext()
_open: Callable[[str], AbstractContextManager[None]] | None = None


def span(name: str) -> AbstractContextManager[None]:
    """A span of this name, where they are sent somewhere."""
    return _open(name) if _open is not None else _NOTHING


def start_spans(endpoint: str, release: str, role: str) -> Close:
    """Send spans by OTLP over HTTP to `<endpoint>/v1/traces`; what is returned sends the rest."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.trace import StatusCode

    about = {"service.name": "ktdv-bot", "service.version": release, "service.instance.role": role}
    provider = TracerProvider(resource=Resource.create(about), shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer = provider.get_tracer("bot")

    @contextmanager
    def opened(name: str) -> Iterator[None]:
        with tracer.start_as_current_span(
            name, attributes={"cause": CAUSE.get()}, record_exception=False, set_status_on_exception=False
        ) as current:
            try:
                yield
            except BaseException as error:
                current.set_status(StatusCode.ERROR, type(error).__name__)
                raise

    def close() -> None:
        global _open
        _open = None
        provider.shutdown()

    global _open
    _open = opened
    return close


def start_sentry(dsn: str, release: str, role: str) -> Close:
    """Send errors of the log to Sentry; what is returned sends the rest."""
    import sentry_sdk
    from sentry_sdk.integrations.logging import EventHandler

    sentry_sdk.init(
        dsn,
        release=f"ktdv-bot@{release}",
        environment=role,
        default_integrations=False,
        auto_enabling_integrations=False,
        include_local_variables=False,
        max_breadcrumbs=0,
        max_request_body_size="never",
        server_name="",
        auto_session_tracking=False,
        before_send=_without_values,
    )
    # Before the other handlers: their filters change the record.
    handler = EventHandler(logging.ERROR)
    root = logging.getLogger()
    root.handlers.insert(0, handler)

    def close() -> None:
        root.removeHandler(handler)
        sentry_sdk.get_client().close(timeout=2.0)

    return close


def _without_values(event: Any, _: Any) -> Any:
    """Leave of an error its type and its place, of a line of the log its text before values are put in."""
    for one in (event.get("exception") or {}).get("values", ()):
        one["value"] = ""
        one.pop("mechanism", None)
    said = event.get("logentry") or {}
    event["logentry"] = {"message": said.get("message", "")}
    event.pop("extra", None)
    event["tags"] = {"cause": CAUSE.get()}
    return event
