"""Answers of the registry of taxpayers are kept for a while."""

from datetime import timedelta

from services.ports import Registered
from storage.database import Database
from tests.support.clock import NOON_OF_JUNE_15 as NOW

FOUND = Registered("0100109106", "Hoa Sen", "12 Lê Lợi")
MOMENT = timedelta(microseconds=1)


async def test_answers_are_believed_for_as_long_as_is_asked(either: Database) -> None:
    codes = [FOUND.tax_code, "0300000001", "0300000002"]
    async with either.write() as uow:
        answers = uow.registry_answers
        await answers.put({FOUND.tax_code: FOUND, "0300000001": None}, NOW)
        assert await answers.get(codes, NOW - MOMENT, NOW - MOMENT) == {
            FOUND.tax_code: FOUND,
            "0300000001": None,
        }
        assert await answers.get(codes, NOW - MOMENT, NOW) == {FOUND.tax_code: FOUND}
        assert await answers.get(codes, NOW, NOW - MOMENT) == {"0300000001": None}
        assert await answers.get(codes[1:2], NOW - MOMENT, NOW - MOMENT) == {"0300000001": None}
        later = NOW + timedelta(days=1)
        await answers.put({FOUND.tax_code: None}, later)
        assert await answers.get(codes, NOW, NOW) == {FOUND.tax_code: None}
        assert await answers.purge(later, 9) == 1
        await answers.forget(FOUND.tax_code)
        assert await answers.get(codes, NOW - MOMENT, NOW - MOMENT) == {}
