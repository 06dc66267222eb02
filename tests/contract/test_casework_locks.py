"""Nobody who changes several cases waits for a case while holding the log: reporter and handlers would stand still."""

import pytest

from bot.services.casework.rechecks import recheck, recovery_renewed, shared
from storage.audit import Audit
from storage.cases import Cases
from tests.support.case_desk import case_desk


@pytest.fixture
async def city(database):
    return await case_desk(database)


@pytest.fixture
def order(monkeypatch) -> list[str]:
    """The order in which cases are changed and steps go on record, once it is cleared."""
    noted: list[str] = []

    def noting(owner, name, word):
        run = getattr(owner, name)

        async def done(*args, **kwargs):
            noted.append(word)
            return await run(*args, **kwargs)

        monkeypatch.setattr(owner, name, done)

    for name in ("withdraw", "set_facts", "set_status", "grant", "transfer", "seal_recovery"):
        noting(Cases, name, "case")
    noting(Audit, "append", "log")
    return noted


def log_last(order: list[str]) -> bool:
    return order.count("log") > 1 and "case" not in order[order.index("log") :]


async def test_a_recheck_of_several_cases_goes_on_record_last(city, order):
    for _ in range(3):
        await city.filed()
    await city.appoint("lan", "bureau")
    async with city.work() as work:
        order.clear()
        assert (await recheck(work, city.desk, city.today)).withdrawn == 3
    assert log_last(order), order
    async with city.work() as work:
        assert await work.audit.verify() is None


async def test_sharing_several_cases_goes_on_record_last(city, order):
    for _ in range(3):
        await city.filed()
    await city.enrol("gu", "district")
    async with city.sitting("wei") as at:
        order.clear()
        assert await shared(at) == 3
    assert log_last(order), order


async def test_renewing_the_recovery_of_several_cases_goes_on_record_last(city, order):
    for _ in range(3):
        await city.filed()
    async with city.sitting("wei") as at:
        order.clear()
        assert await recovery_renewed(at) == 3
    assert log_last(order), order
