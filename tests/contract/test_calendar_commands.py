"""`yanlu calendar …` and what the doctor says of the calendar's end. On both databases."""

from datetime import datetime

import pytest
import typer
from chinese_calendar import constants
from typer.testing import CliRunner

from bot.app import House
from bot.commands import calendar, doctor
from bot.services import clock
from bot.services.clock import BEIJING
from tests.support.official_years import HOLIDAYS, NEXT, SOURCE, WORKDAYS, year_file
from tests.support.stores import KEYS
from yanlu.errors import YanluError
from yanlu.texts import commands as texts


@pytest.fixture
def at(monkeypatch):
    """Sets the clock of every command."""
    opened = House.open

    def set_(year, month, day):
        now = datetime(year, month, day, 10, tzinfo=BEIJING)
        monkeypatch.setattr(clock, "beijing_now", lambda: now)
        monkeypatch.setattr(House, "open", lambda settings: opened(settings, lambda: now))

    set_(NEXT - 1, 12, 1)
    return set_


@pytest.fixture
def yanlu(tmp_path, monkeypatch, empty_url, at):
    """Calls a command on a database; gives what it printed, with its exit code behind."""
    monkeypatch.setenv("YANLU_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("YANLU_DATABASE_URL", empty_url)
    monkeypatch.setenv("YANLU_KEY", KEYS.dump())
    app = typer.Typer()
    app.add_typer(calendar.app, name="calendar")
    app.command("doctor")(doctor.doctor)

    def call(*arguments):
        result = CliRunner().invoke(app, [str(each) for each in arguments])
        if isinstance(result.exception, YanluError):
            raise result.exception
        return f"{result.output}[{result.exit_code}]"

    return call


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "明年.toml"
    path.write_text(year_file(), "utf-8")
    return path


def test_a_year_is_taken_in_listed_and_corrected_deliberately(yanlu, file):
    assert f"缺少 {NEXT} 年" in yanlu("calendar", "list")
    taken = yanlu("calendar", "import", file)
    assert f"放假 {len(HOLIDAYS)} 天,调休上班 {len(WORKDAYS)} 天" in taken
    listed = yanlu("calendar", "list")
    assert SOURCE in listed
    assert f"{NEXT - 1}-12-01" in listed
    assert "缺少" not in listed
    assert "没有改动" in yanlu("calendar", "import", file)
    file.write_text(year_file().replace(SOURCE, "更正后的通知"), "utf-8")
    with pytest.raises(YanluError, match="已有安排"):
        yanlu("calendar", "import", file)
    assert SOURCE in yanlu("calendar", "list")
    assert "已经算出的期限不变" in yanlu("calendar", "import", file, "--replace")
    assert "更正后的通知" in yanlu("calendar", "list")


def test_a_correction_of_the_programs_own_year_says_where_the_two_differ(yanlu, file):
    year = NEXT - 1
    holidays = sorted(day for day in constants.holidays if day.year == year)
    workdays = sorted(day for day in constants.workdays if day.year == year)
    days = ", ".join(map(str, holidays))
    rest = ", ".join(map(str, workdays[1:]))
    file.write_text(
        f'year = {year}\nsource = "{SOURCE}"\nholidays = [{days}]\nworkdays = [{rest}]\n', "utf-8"
    )
    assert f"不同的日期:{workdays[0]}" in yanlu("calendar", "import", file, "--replace")
    assert f"不同的日期:{workdays[0]}" in yanlu("calendar", "list")


def test_a_file_with_a_mistake_changes_nothing(yanlu, file):
    file.write_text(year_file().replace("holidays = [", f'holidays = ["{NEXT}-02-30", '), "utf-8")
    with pytest.raises(YanluError, match="02-30"):
        yanlu("calendar", "import", file)
    assert SOURCE not in yanlu("calendar", "list")


def test_the_doctor_says_in_time_what_is_missing_and_fails_once_it_is_over(yanlu, file, at):
    assert texts.CHECK_CALENDAR not in yanlu("doctor")  # nothing is there yet
    yanlu("calendar", "list")
    soon = yanlu("doctor")
    assert f"缺少 {NEXT} 年" in soon
    assert "yanlu calendar import" in soon
    assert soon.endswith("[0]")
    at(NEXT - 1, 10, 31)
    assert f"{texts.CHECK_CALENDAR}:{texts.OK}" in yanlu("doctor")
    at(NEXT, 1, 4)
    over = yanlu("doctor")
    assert "已停止" in over
    assert over.endswith("[1]")
    yanlu("calendar", "import", file)
    assert yanlu("doctor").endswith("[0]")
