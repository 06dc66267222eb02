"""Records, tickets and people made up for the tests of the files, small enough to check by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from bot.services.files import DutyReport, DutyTalks, Ledger, OwedTalk, TalkForm, YearFigures, count_year
from bot.services.talk_record import Who
from storage import Person, Post, RecordEntry, RecordPerson, StoredRecord, StoredTicket

TODAY = date(2026, 11, 23)
FILED = datetime(2026, 9, 24, 8, 5, tzinfo=UTC)
ODD = "😀 e\u0301 \x07响铃\x1f =HYPERLINK(1) \ud800 \u202e反写 _x0041_ <b>&amp;</b>"
"""Emoji, a combining accent, control characters, a lone surrogate, a direction mark, escapes and markup."""

BODY: dict[str, Any] = {
    "talk_type": "任职谈话",
    "mode": "受委托",
    "talkers": [{"name": "周明远", "title": "区委书记", "unit": "滨河区委"}],
    "subjects": [{"name": "钱卫", "title": "局长", "unit": "滨河区住建局", "person": "qian"}],
    "companions": [{"name": "李敏", "title": "组织部部长", "unit": "滨河区委"}],
    "recorder": {"name": "赵小川", "title": "干事", "unit": "区委办"},
    "delegated_by": {"name": "王建国", "title": "市委副书记"},
    "day": "2026-09-24",
    "start": "09:30",
    "end": "10:40",
    "place": "区委三楼会议室",
    "occasion": "新任局长到任",
    "outline": "管班子、带队伍",
    "affirmed": "业务熟悉",
    "points": ["管好班子", "重大事项先报告"],
    "problems": ["廉政风险排查不细", "上会材料准备不足"],
    "explanation": "刚接手,正在梳理",
    "attitude": "年底前见成效",
    "requirements": [{"text": "补齐议事规则", "due": "2026-11-01"}, {"text": "报送方案"}],
    "deadline": "2026-12-01",
    "supplementary_reason": "当日外出开会",
}
BARE = {
    "talk_type": "谈心谈话",
    "talkers": [{"name": "周明远"}],
    "subjects": [{"name": "陈宏"}],
    "day": "2026-03-02",
}


def entry(
    id_: int = 123, talk_type: str | None = "任职谈话", day: date = date(2026, 9, 24), **other: Any
) -> RecordEntry:
    known = RecordEntry(
        id=id_,
        kind="talk",
        talk_type=talk_type,
        organisation="office",
        day=day,
        state="filed",
        version=1,
        author="zhao",
        filed=FILED,
        supplementary=False,
        people=(RecordPerson("subject", "qian", "housing"),),
    )
    return replace(known, **other)


def record(body: dict[str, Any] = BODY, reason: str | None = None, **other: Any) -> StoredRecord:
    kept = entry(talk_type=body.get("talk_type"), **other)
    return StoredRecord(
        kept, body, kept.version, FILED, "zhao", reason, "重复登记" if kept.state == "void" else None
    )


def ticket(id_: int, text: str, due: date | None, closed: date | None = None) -> StoredTicket:
    return StoredTicket(id_, 123, "requirement", text, "housing", "qian", due, date(2026, 9, 24), closed)


TICKETS = (
    ticket(1, "排查廉政风险", date(2026, 10, 1), date(2026, 9, 30)),
    ticket(2, "补齐议事规则", date(2026, 11, 1)),
    ticket(3, "报送方案", None),
    ticket(4, "公开分工", date(2026, 10, 1), date(2026, 10, 8)),
)
NAMES = {"office": "滨河区委", "housing": "滨河区住建局", "zhao": "赵小川", "qian": "钱卫"}
NUMBERS = {123: "2026-000123"}
HEAD = Who(name="周明远", title="区委书记", unit="滨河区委")


def form(body: dict[str, Any] = BODY, **other: Any) -> TalkForm:
    kept = {key: other.pop(key) for key in ("state", "supplementary") if key in other}
    return TalkForm(record(body, **kept), TODAY, **other)


def full_form() -> TalkForm:
    return form(
        supplementary=True,
        people={"qian": Person("qian", "2", "钱卫", "中共党员")},
        posts={"qian": Post("p", "qian", "housing", "head", "局长", date(2026, 9, 1))},
        tickets=TICKETS,
        versions=(record(), replace(record(reason="时间写错"), version=2)),
        attachments=("议事规则.docx",),
    )


def interference(course: str) -> StoredRecord:
    body = {
        "day": "2026-03-01",
        "who": [{"name": "张三", "title": "处长"}],
        "matter": "工程建设",
        "course": course,
        "way": "电话",
        "reply": "未予办理",
    }
    return StoredRecord(entry(500, None, date(2026, 3, 1), kind="interference"), body, 1, FILED, "zhao")


def ledger(**other: Any) -> Ledger:
    content: dict[str, Any] = {
        "unit": "滨河区委",
        "since": date(2026, 1, 1),
        "until": date(2026, 12, 31),
        "as_of": TODAY,
        "records": {
            "talk": [record(), record(BARE, id_=7, day=date(2026, 3, 2), alike=(123,), state="void")],
            "interference": [interference("打招呼")],
        },
        "tickets": TICKETS,
        "names": NAMES,
        "numbers": NUMBERS,
    }
    return Ledger(**(content | other))


def number(id_: int) -> str:
    return f"2026-{id_:06d}"


def duty_report(**other: Any) -> DutyReport:
    heads = [
        Who(name=name, title="局长", unit=f"{unit}局")
        for name, unit in zip("甲乙丙丁", "水电路林", strict=True)
    ]
    content: dict[str, Any] = {
        "head": HEAD,
        "year": 2026,
        "as_of": TODAY,
        "talks": {"任职谈话": (number(123),), "监督谈话": tuple(number(id_) for id_ in range(1, 7))},
        "duties": (
            DutyTalks("任职谈话", (OwedTalk(heads[0], (number(123),)),), days=30),
            DutyTalks(
                "监督谈话",
                (
                    OwedTalk(heads[0], (number(1),)),
                    OwedTalk(heads[1], due=date(2026, 12, 31)),
                    OwedTalk(heads[2], due=date(2026, 6, 30), reason="长期病假", overdue=True),
                    OwedTalk(heads[3], (number(2),), needed=2),
                ),
                per_year=1,
            ),
        ),
        "supplementary": (number(3),),
        "tickets": TICKETS,
        "numbers": NUMBERS,
        "names": NAMES,
    }
    return DutyReport(**(content | other))


def year() -> YearFigures:
    entries = [
        entry(1, "任职谈话", date(2026, 1, 5)),
        entry(2, "任职谈话", date(2026, 12, 5)),  # after today
        entry(3, "监督谈话", date(2026, 4, 5), supplementary=True),
        entry(4, "监督谈话", date(2026, 4, 6), state="void"),
        entry(5, "监督谈话", date(2025, 4, 6)),
        entry(6, None, date(2026, 4, 6), kind="warning"),
        entry(7, "集体谈话", date(2026, 11, 23), people=_several()),
    ]
    return count_year(entries, unit="滨河区委", year=2026, as_of=TODAY, names=NAMES)


def _several() -> tuple[RecordPerson, ...]:
    return (
        RecordPerson("subject", "qian", "housing"),
        RecordPerson("subject", "sun", "housing"),
        RecordPerson("subject", "li", "office"),
        RecordPerson("talker", "zhou", "office"),
        RecordPerson("subject", "wu", "elsewhere"),
    )
