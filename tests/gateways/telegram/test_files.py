from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.errors import DomainError
from domain.files import FileRef
from gateways.telegram.files import TelegramFiles
from sandbox.app import SandboxServer
from sandbox.telegram.faults import Fault
from sandbox.telegram.phone import Phone
from services.ports import RetryLater
from tests.gateways.support import owner_in

CONTENT = b"\x00MST;T\xc3\xaan\r\n" * 1000


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[SandboxServer]:
    async with SandboxServer(tmp_path / "world") as server:
        yield server


@pytest.fixture
async def files(sandbox: SandboxServer) -> AsyncIterator[TelegramFiles]:
    async with TelegramFiles(sandbox.token, sandbox.url) as opened:
        yield opened


def _sent(sandbox: SandboxServer, declared: int | None = None) -> FileRef:
    phone = Phone(sandbox.telegram, owner_in(sandbox))
    message = phone.document("khách.csv", "text/csv", CONTENT, declared=declared)
    document = message.content["document"]
    return FileRef("telegram", document["file_id"], "khách.csv", document["file_size"])


async def test_a_file_comes_as_it_was_sent(sandbox: SandboxServer, files: TelegramFiles) -> None:
    assert await files.fetch(_sent(sandbox)) == CONTENT


@pytest.mark.parametrize("told", [True, False])
async def test_a_file_above_the_limit_is_refused_whether_or_not_its_size_was_told(
    sandbox: SandboxServer, files: TelegramFiles, told: bool
) -> None:
    sent = _sent(sandbox, declared=20 * 1024 * 1024 + 1)
    file = sent if told else FileRef(sent.channel, sent.file_id, sent.name)
    with pytest.raises(DomainError) as refusal:
        await files.fetch(file)
    assert (refusal.value.code, refusal.value.params) == ("workbook_too_large", {"limit": 20, "of": "file"})


async def test_a_file_that_is_gone_is_refused(files: TelegramFiles) -> None:
    with pytest.raises(DomainError) as refusal:
        await files.fetch(FileRef("telegram", "no-such-file", "x.xlsx"))
    assert refusal.value.code == "file_not_fetched"


@pytest.mark.parametrize(("status", "counts"), [(429, False), (502, True)])
async def test_trouble_is_waited_out(
    sandbox: SandboxServer, files: TelegramFiles, status: int, counts: bool
) -> None:
    sandbox.telegram.faults.add(Fault(status, method="getFile", retry_after=2))
    file = _sent(sandbox)
    with pytest.raises(RetryLater) as trouble:
        await files.fetch(file)
    assert trouble.value.counts is counts
    assert await files.fetch(file) == CONTENT
