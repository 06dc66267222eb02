import pytest

from bot.services.talk_record import Who
from bot.services.titles import titled


@pytest.mark.parametrize(
    ("unit", "title", "both"),
    [
        ("青石区委", "区委书记", "青石区委书记"),
        ("青石区委", "青石区委书记", "青石区委书记"),
        ("青石区委", "区委常委、区纪委书记", "青石区委常委、区纪委书记"),
        ("滨河区住建局", "局长", "滨河区住建局局长"),
        ("青石区纪委监委", "书记、主任", "青石区纪委监委书记、主任"),
        ("青石区委", "联络员", "青石区委联络员"),
        ("青石区委", "", "青石区委"),
        ("", "区委书记", "区委书记"),
    ],
)
def test_what_unit_and_title_both_say_is_written_once(unit, title, both):
    assert titled(unit, title) == both
    assert Who(name="顾长风", unit=unit, title=title).shown == f"{both} 顾长风".strip()
