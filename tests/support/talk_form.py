"""A form with a field of every kind, for the engine's tests. Not the real talk record."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints, field_validator, model_validator

from bot.conversation.form_dialog import FormDialog
from bot.conversation.form_fields import Ask, FileAnswer, Form, Labels, Option
from bot.conversation.messages import Say

KINDS = (Option("duty", "任职谈话"), Option("remind", "提醒谈话"), Option("other", "其他"))
PEOPLE = {"people": (Option("p1", "张三"), Option("p2", "李四"))}


class Talk(BaseModel):
    kind: Annotated[str, Ask("哪一种谈话?", "类型", "choice", options=KINDS)]
    other: Annotated[str | None, Ask("是什么谈话?", "其他类型", when=lambda a: a.get("kind") == "other")] = (
        None
    )
    subjects: Annotated[
        list[str],
        Field(min_length=1, max_length=2),
        Ask("和谁谈?", "对象", "choice", many=True, options="people"),
    ]
    day: Annotated[date, Ask("哪天谈的?", "日期", "date")]
    people: Annotated[int, Field(ge=0), Ask("几人参加?", "人数")] = 0
    problem: Annotated[bool, Ask("发现问题了吗?", "问题", "yes_no")]
    deadline: Annotated[
        date | None, Ask("何时改完?", "时限", "date", when=lambda a: a.get("problem") is True)
    ] = None
    points: Annotated[
        list[Annotated[str, StringConstraints(max_length=10)]],
        Ask("要点?", "要点", many=True, optional=True, most=3),
    ] = []
    paper: Annotated[FileAnswer | None, Ask("附件?", "附件", "file", optional=True)] = None
    place: Annotated[str | None, Ask("在哪里?", "地点", optional=True, quiet=True)] = None

    @model_validator(mode="after")
    def _in_order(self):
        if self.deadline is not None and self.deadline < self.day:
            raise ValueError("时限不能早于谈话日期。")
        return self

    @field_validator("other")
    @classmethod
    def _named(cls, value):
        return value


def talk_form(version: int = 1, name: str = "talk") -> Form[Talk]:
    return Form(name, version, Talk, "谈话记录", labels=Labels(confirm="确认归档", save="存为草稿"))


class TalkDialog(FormDialog[Talk]):
    """The form above as a dialog that notes what it was given."""

    commands = {"talk": "记谈话"}  # noqa: RUF012 - a test's stand-in

    def __init__(self) -> None:
        super().__init__(talk_form())
        self.filed: list[Talk] = []

    async def options(self, scene, draft):
        return PEOPLE

    async def finish(self, filled, scene):
        self.filed.append(filled)
        return [Say("已归档。")]
