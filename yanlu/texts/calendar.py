"""Sentences on the working calendar."""

from datetime import date

UPDATE_CALENDAR = "请管理员更新节假日安排后重试。"


def unknown_day(day: date, first: int, last: int) -> str:
    """A day that the official calendar does not cover."""
    return f"{day.year}年{day.month}月{day.day}日不在已公布的节假日安排（{first}年至{last}年）之内，无法判断是否工作日。"
