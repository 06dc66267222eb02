"""Charts of the console: what is drawn is what was counted, whatever the numbers and names."""

import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from bot.channels.web.console.charts import (
    COLUMN,
    MOST_BARS,
    TRACK,
    Share,
    Stack,
    month_columns,
    share_bars,
)

COUNT = st.integers(0, 10**9)
STACKS = st.lists(st.builds(Stack, st.text(max_size=40), COUNT, COUNT, COUNT), max_size=70)
SHARES = st.lists(st.builds(Share, st.text(max_size=40), COUNT, COUNT, st.text(max_size=20)), max_size=70)
NAMED = {"s": "http://www.w3.org/2000/svg"}


def drawn(markup):
    """Read a chart; it must be well formed, and nothing but numbers may stand where numbers belong."""
    tree = etree.fromstring(str(markup).encode())
    for each in tree.iter():
        for name in ("x", "y", "width", "height", "x1", "y1", "x2", "y2"):
            if name in each.attrib:
                assert re.fullmatch(r"\d+(\.\d+)?", each.attrib[name]), (name, each.attrib[name])
        assert "style" not in each.attrib
    return tree


def rects(tree, name):
    return tree.xpath(f"//s:rect[@class='{name}']", namespaces=NAMED)


@given(STACKS)
@settings(max_examples=60, deadline=None)
def test_the_heights_of_a_column_are_its_counts(columns):
    tree = drawn(month_columns("m", "标题", "说明", columns))
    shown = columns[:MOST_BARS]
    most = max((each.total for each in shown), default=0)
    heights = sum(
        float(each.get("height")) for name in ("done", "left", "overdue") for each in rects(tree, name)
    )
    wanted = sum(COLUMN * each.total / most for each in shown) if most else 0.0
    assert abs(heights - wanted) < 0.005 * 3 * (len(shown) + 1)
    assert len(rects(tree, "overdue")) == sum(each.overdue > 0 for each in shown)
    assert all(float(each.get("y")) >= 0 for each in tree.xpath("//s:rect", namespaces=NAMED))


@given(SHARES)
@settings(max_examples=60, deadline=None)
def test_a_bar_is_as_long_as_its_share(bars):
    tree = drawn(share_bars("b", "标题", "说明", bars))
    shown = bars[:MOST_BARS]
    assert len(rects(tree, "track")) == len(shown)
    lengths = [float(each.get("width")) for each in rects(tree, "done")]
    wanted = [min(1, each.part / each.whole) * TRACK for each in shown if each.part and each.whole]
    assert len(lengths) == len(wanted)
    assert all(abs(one - other) < 0.01 for one, other in zip(lengths, wanted, strict=True))
    assert all(length <= TRACK for length in lengths)


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_names_are_text_and_nothing_else(name):
    hostile = f"</text><script>alert(1)</script>\"'&{name}"
    for markup in (
        share_bars("b", hostile, hostile, [Share(hostile, 1, 2, hostile)]),
        month_columns("m", hostile, hostile, [Stack(hostile, 1, 1, 1)]),
    ):
        tree = drawn(markup)
        assert tree.xpath("//*[local-name()='script']") == []
        assert {etree.QName(each).localname for each in tree.iter()} <= {
            "svg", "title", "desc", "text", "rect", "line",
        }  # fmt: skip


def test_nothing_to_draw_is_still_a_picture():
    for markup in (share_bars("b", "标题", "说明", []), month_columns("m", "标题", "说明", [])):
        tree = drawn(markup)
        assert (tree.get("role"), tree.get("aria-labelledby")[1:]) == (
            "img",
            "-t " + tree.get("aria-labelledby")[0] + "-d",
        )
        assert tree.xpath("//s:rect", namespaces=NAMED) == []


def test_one_value_is_the_whole_height_and_sixty_fit_side_by_side():
    tree = drawn(month_columns("m", "标题", "说明", [Stack("1月", 0, 0, 7)]))
    assert [float(each.get("height")) for each in rects(tree, "overdue")] == [COLUMN]
    many = drawn(month_columns("m", "标题", "说明", [Stack(str(each), each + 1, 0, 0) for each in range(80)]))
    bars = [(float(each.get("x")), float(each.get("width"))) for each in rects(many, "done")]
    assert len(bars) == MOST_BARS
    assert all(x + width < after for (x, width), (after, _) in pairwise(bars))
