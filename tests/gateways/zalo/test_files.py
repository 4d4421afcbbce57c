"""Files of Zalo: fetched only from public addresses, up to a limit."""

import logging
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from domain.errors import DomainError
from domain.files import FileRef
from gateways.zalo.files import ZaloFiles
from services.ports import RetryLater
from storage.shared_files import SharedFile
from tests.gateways.support import PNG

HERE, ELSEWHERE = "http://127.0.0.1:1/zalo", "https://bot-api.zaloplatforms.com"


class Uploaded:
    """`UploadedFiles` with one file."""

    async def read(self, token: str) -> SharedFile | None:
        return SharedFile("khách.xlsx", "application/zip", b"PK") if token == "right" else None


def picture(file_id: str, size: int = 0) -> FileRef:
    return FileRef("zalo", file_id, "", size)


@pytest.fixture
async def pictures() -> AsyncIterator[TestServer]:
    async def status(request: web.Request) -> web.Response:
        return web.Response(status=int(request.match_info["status"]), headers={"Retry-After": "7"})

    async def redirect(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": request.query.get("to", "")})

    async def large(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(int(request.match_info["megabytes"])):
            await response.write(b"x" * 1024 * 1024)
        return response

    async def good(_: web.Request) -> web.Response:
        return web.Response(body=PNG)

    app = web.Application()
    app.router.add_get("/picture.png", good)
    app.router.add_get("/status/{status}", status)
    app.router.add_get("/redirect", redirect)
    app.router.add_get("/large/{megabytes}", large)
    server = TestServer(app)
    await server.start_server(access_log=None)
    yield server
    await server.close()


@pytest.fixture
async def files() -> AsyncIterator[ZaloFiles]:
    async with ZaloFiles(Uploaded(), HERE) as opened:
        yield opened


async def refused(files: ZaloFiles, file: FileRef) -> DomainError:
    with pytest.raises(DomainError) as refusal:
        await files.fetch(file)
    return refusal.value


async def test_a_picture_comes_from_its_address(files: ZaloFiles, pictures: TestServer) -> None:
    assert await files.fetch(picture(str(pictures.make_url("/picture.png")))) == PNG


async def test_an_upload_comes_by_its_token(files: ZaloFiles) -> None:
    assert await files.fetch(FileRef("zalo", "web:right", "khách.xlsx", 2)) == b"PK"
    assert (await refused(files, picture("web:wrong"))).code == "file_not_fetched"


@pytest.mark.parametrize(
    "address",
    ["", "picture.png", "ftp://127.0.0.1/a", "file:///etc/passwd", "http://", "http://[", "javascript:1"],
)
async def test_only_addresses_of_the_web_are_asked(files: ZaloFiles, address: str) -> None:
    assert (await refused(files, picture(address))).code == "file_not_fetched"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "127.1", "2130706433"]
)
async def test_nothing_of_this_machine_is_fetched_where_the_api_is_elsewhere(
    pictures: TestServer, host: str
) -> None:
    async with ZaloFiles(Uploaded(), ELSEWHERE) as files:
        address = f"http://{host}:{pictures.port}/picture.png"
        assert (await refused(files, picture(address))).code == "file_not_fetched"


@pytest.mark.parametrize("host", ["10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "[fd00::1]"])
@pytest.mark.parametrize("api", [HERE, ELSEWHERE])
async def test_nothing_of_a_private_network_is_fetched_anywhere(api: str, host: str) -> None:
    async with ZaloFiles(Uploaded(), api) as files:
        assert (await refused(files, picture(f"http://{host}/latest"))).code == "file_not_fetched"


async def test_a_redirect_is_followed_within_the_web(files: ZaloFiles, pictures: TestServer) -> None:
    to = pictures.make_url("/redirect").with_query
    assert await files.fetch(picture(str(to(to="/picture.png")))) == PNG
    for target in (
        "file:///etc/passwd",
        "ftp://127.0.0.1/a",
        "http://10.0.0.1/a",
        "http://[",
        "",
        str(to(to="/redirect")),
    ):
        assert (await refused(files, picture(str(to(to=target))))).code == "file_not_fetched", target


async def test_a_chain_of_redirects_ends(files: ZaloFiles, pictures: TestServer) -> None:
    address = "/picture.png"
    for _ in range(3):
        address = str(pictures.make_url("/redirect").with_query(to=address))
    assert await files.fetch(picture(address)) == PNG
    longer = pictures.make_url("/redirect").with_query(to=address)
    assert (await refused(files, picture(str(longer)))).code == "file_not_fetched"


async def test_a_file_above_the_limit_is_refused_whether_or_not_its_size_was_told(
    files: ZaloFiles, pictures: TestServer
) -> None:
    assert len(await files.fetch(picture(str(pictures.make_url("/large/20"))))) == 20 * 1024 * 1024
    for file in (picture(str(pictures.make_url("/large/21"))), picture("web:right", 20 * 1024 * 1024 + 1)):
        refusal = await refused(files, file)
        assert (refusal.code, refusal.params) == ("workbook_too_large", {"limit": 20, "of": "file"})


@pytest.mark.parametrize("status", [204, 304, 400, 403, 404, 410])
async def test_a_file_that_is_gone_is_refused(files: ZaloFiles, pictures: TestServer, status: int) -> None:
    refusal = await refused(files, picture(str(pictures.make_url(f"/status/{status}"))))
    assert refusal.code == "file_not_fetched"


@pytest.mark.parametrize(("status", "seconds", "counts"), [(429, 7, False), (500, 5, True), (503, 5, True)])
async def test_trouble_is_waited_out(
    files: ZaloFiles, pictures: TestServer, status: int, seconds: float, counts: bool
) -> None:
    with pytest.raises(RetryLater) as later:
        await files.fetch(picture(str(pictures.make_url(f"/status/{status}"))))
    assert (later.value.seconds, later.value.counts) == (seconds, counts)


async def test_nobody_at_home_is_waited_out_and_the_address_is_not_told(
    files: ZaloFiles, unused_tcp_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(RetryLater) as later:
        await files.fetch(picture(f"http://127.0.0.1:{unused_tcp_port}/secret.jpg"))
    assert later.value.counts
    assert "secret" not in str(later.value) + caplog.text
