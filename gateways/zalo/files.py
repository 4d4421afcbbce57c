"""Files that people sent to the Zalo bot: pictures at an address of Zalo's, and uploads.

Zalo carries no documents: a list comes by our upload page, and its file id is `web:<token>`.
"""

import socket
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any, Protocol

import aiohttp
from yarl import URL

from domain.errors import DomainError
from domain.files import FILE_LIMIT_MB, UPLOADED, FileRef
from gateways.http.bodies import read_at_most
from gateways.http.client import HttpClient
from gateways.http.waits import seconds_asked
from gateways.zalo.client import API_URL
from services.ports import RetryLater

_SECONDS = 60.0
_CONNECT_SECONDS = 5.0
_SERVER_TROUBLE = 5.0
_RATE_LIMIT = 30.0
_REDIRECTS = 3
_LIMIT = FILE_LIMIT_MB * 1024 * 1024


class UploadedFile(Protocol):
    @property
    def content(self) -> bytes: ...


class UploadedFiles(Protocol):
    """The files that came by our upload page, such as `storage.shared_files`."""

    async def read(self, token: str) -> UploadedFile | None:
        """`None` when the file is no longer kept."""


class ZaloFiles(HttpClient):
    """`Attachments` of Zalo. Open between `async with`; opening calls nothing.

    Addresses come from outside, so only public ones are connected to. Addresses of this machine are allowed
    only if the API (`api_url`) itself is here, as in the sandbox.
    """

    app = "zalo_files"
    method_of = staticmethod(lambda path: "file")

    def __init__(self, uploads: UploadedFiles, api_url: str = API_URL) -> None:
        self._uploads = uploads
        self._socket = _public_socket if not _is_here(URL(api_url).host or "") else _public_or_own_socket

    def _connect(self) -> aiohttp.ClientSession:
        # The socket factory checks each address after its name is resolved, and for every redirect.
        connector = aiohttp.TCPConnector(socket_factory=self._socket)
        timeout = aiohttp.ClientTimeout(total=_SECONDS, sock_connect=_CONNECT_SECONDS)
        return aiohttp.ClientSession(
            connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()
        )

    async def fetch(self, file: FileRef) -> bytes:
        """The content of the file.

        Raises `DomainError`: "workbook_too_large" (limit in MB, of="file"), "file_not_fetched" when the file
        is gone or its address is not allowed; `RetryLater` while its server cannot be reached.
        """
        if file.size > _LIMIT:
            raise _too_large()
        if file.file_id.startswith(UPLOADED):
            found = await self._uploads.read(file.file_id.removeprefix(UPLOADED))
            if found is None:
                raise DomainError("file_not_fetched")
            return found.content
        try:
            return await self._download(_http(file.file_id), _REDIRECTS)
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, _NotPublic):
                raise DomainError("file_not_fetched") from None
            raise _out_of_reach(error) from None
        except aiohttp.InvalidURL:
            raise DomainError("file_not_fetched") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _out_of_reach(error) from None

    async def _download(self, url: URL, redirects: int) -> bytes:
        async with self._session.get(url, allow_redirects=False) as response:
            if response.status in (301, 302, 303, 307, 308) and redirects:
                target = _http(response.headers.get("Location", ""), url)
                if url.scheme == "https" != target.scheme:
                    raise DomainError("file_not_fetched")
                return await self._download(target, redirects - 1)
            if response.status == 429:
                wait = seconds_asked(response, _RATE_LIMIT)
                raise RetryLater(wait, "rate limit of Zalo's files", counts=False)
            if response.status >= 500:
                raise RetryLater(_SERVER_TROUBLE, f"Zalo's files answer HTTP {response.status}")
            if response.status != 200:
                raise DomainError("file_not_fetched")
            content = await read_at_most(response, _LIMIT)
            if content is None:
                raise _too_large()
            return content


def _http(address: str, base: URL | None = None) -> URL:
    try:
        url = base.join(URL(address)) if base else URL(address)
    except ValueError:
        raise DomainError("file_not_fetched") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise DomainError("file_not_fetched")
    return url


def _too_large() -> DomainError:
    return DomainError("workbook_too_large", limit=FILE_LIMIT_MB, of="file")


def _out_of_reach(error: Exception) -> RetryLater:
    """The error to raise, without the words of the original, which hold the address."""
    return RetryLater(_SERVER_TROUBLE, f"a file of Zalo is out of reach ({type(error).__name__})")


class _NotPublic(OSError):
    """The address is not one to fetch files from."""


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _socket_for(allowed: Callable[[Any], bool]) -> Callable[[Any], socket.socket]:
    """A factory of sockets to the allowed addresses only."""

    def make(address: Any) -> socket.socket:
        family, kind, protocol, _, target = address
        ip = ip_address(target[0].partition("%")[0])
        if not allowed(getattr(ip, "ipv4_mapped", None) or ip):
            raise _NotPublic("not a public address")
        return socket.socket(family, kind, protocol)

    return make


_public_socket = _socket_for(lambda ip: ip.is_global)
_public_or_own_socket = _socket_for(lambda ip: ip.is_global or ip.is_loopback)
