"""What holds of any text with days in it, whenever it is read."""

from datetime import date, datetime, time, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from bot.services.clock import BEIJING
from knowledge.talks.dates import ahead, find_deadlines, find_times, past
from tests.support.work import calls_during
from tests.unit.test_spoken_dates import DONE_CASES, MONDAY

ALPHABET = st.sampled_from(
    "今昨前明后大天日号月年周星期礼拜一二两三四五六七八九十廿零〇半几上下中旬初底末点时分刻钟差早晚午夜凌晨傍"
    "国庆元旦春节端午秋清工作之以内起至到近过去最限期截止第个度季刚才方本这那每0123456789.:-/年月日 ,(:)跟在了提要求"
)
NOWS = st.builds(
    datetime.combine, st.dates(date(2005, 1, 1), date(2049, 12, 31)), st.times(), st.just(BEIJING)
)
TEXTS = st.text(ALPHABET, max_size=40) | st.lists(st.sampled_from(DONE_CASES), max_size=4).map(
    lambda cases: "".join(str(case.values[0]) for case in cases)
)


@given(TEXTS, NOWS)
@example("十一月三十一日到二月三十日二十五点", MONDAY)
@example("零零年零月零日零时零分", MONDAY)
def test_any_text_is_read_without_error_and_never_silently_into_the_future(text: str, now: datetime) -> None:
    found = find_times(text, now)
    at = 0
    for each in found:
        assert at <= each.start < each.end <= len(text)
        assert text[each.start : each.end] == each.text
        at = each.end
        done = past(each, now)
        assert done == each
        assert done.day is None or done.day <= now.date() or done.future
        assert done.day is not None or done.vague or done.invalid or done.clock or done.part
        assert done.until is None or (done.day is not None and done.until >= done.day)
        assert not (done.invalid and done.day)
        planned = ahead(each, now)
        assert planned.until is None
        assert (planned.start, planned.end) == (each.start, each.end)


@given(TEXTS, NOWS)
def test_deadlines_never_fail_and_never_overlap(text: str, now: datetime) -> None:
    at = 0
    for each in find_deadlines(text, now):
        assert at <= each.start < each.end <= len(text)
        assert text[each.start : each.end] == each.text
        at = each.end


@given(st.dates(date(2005, 1, 1), date(2049, 12, 31)), st.integers(0, 330))
def test_a_day_of_the_last_months_is_found_again(today: date, back: int) -> None:
    day = today - timedelta(days=back)
    now = datetime.combine(today, time(12), BEIJING)
    forms = (
        f"{day.month}月{day.day}日",
        f"{day.year}年{day.month}月{day.day}号",
        f"{day:%Y%m%d}",
        f"{day:%Y-%m-%d}",
    )
    assert {find_times(form, now)[0].day for form in forms} == {day}


@given(NOWS, st.sampled_from("一二三四五六日"))
def test_a_weekday_lies_in_the_week_that_is_named(now: datetime, name: str) -> None:
    days = {words: find_times(f"{words}{name}", now)[0].day for words in ("上周", "本周", "下周")}
    monday = now.date() - timedelta(days=now.weekday())
    at = "一二三四五六日".index(name)
    assert days == {
        words: monday + timedelta(days=at + 7 * week)
        for words, week in (("上周", -1), ("本周", 0), ("下周", 1))
    }
    bare = find_times(f"星期{name}", now)[0].day
    assert bare is not None
    assert 0 <= (now.date() - bare).days < 7


def test_the_work_of_a_paragraph_grows_with_its_length() -> None:
    sentence = "上周三下午三点在二楼小会议室跟新来的书记陈宏谈话,提了三条:管好班子,重大事项先请示,27号前报方案,一周内整改。"
    short, long = (calls_during(lambda text=sentence * times: find_times(text, MONDAY)) for times in (10, 40))
    assert long < 6 * short  # four times the text; sixteen if the work grew with the square
