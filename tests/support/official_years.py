"""An arrangement for the year after the last that the program covers. Made up: the real one is the State Council's."""

from datetime import date, timedelta

from bot.services.day_lists import written_days
from bot.services.official_years import STATUTORY
from bot.services.working_days import OfficialYear, built_in
from knowledge.talks.festivals import festival

NEXT = built_in()[1] + 1
TODAY = date(NEXT - 1, 11, 23)
SOURCE = "国务院办公厅通知(测试用)"


def _statutory() -> frozenset[date]:
    found = set()
    for called, around in STATUTORY.values():
        own = festival(called, NEXT)
        assert own is not None
        found |= {own + timedelta(days=each) for each in around}
    return frozenset(found)


def _weekends(month: int) -> list[date]:
    days = (date(NEXT, month, 1) + timedelta(days=each) for each in range(28))
    return [day for day in days if day.weekday() > 4]


HOLIDAYS = _statutory()
WORKDAYS = frozenset({_weekends(3)[0], _weekends(11)[0]})


def next_year() -> OfficialYear:
    return OfficialYear(NEXT, HOLIDAYS, WORKDAYS, SOURCE, TODAY)


def year_file() -> str:
    """As a file for `yanlu calendar import`: texts, and dates as TOML knows them."""
    texts = ", ".join(f'"{each}"' for each in written_days(HOLIDAYS).split())
    days = ", ".join(sorted(each.isoformat() for each in WORKDAYS))
    return f'year = {NEXT}\nsource = "{SOURCE}"\nholidays = [{texts}]\nworkdays = [{days}]\n'
