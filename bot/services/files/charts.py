"""Bars: as a picture where a Chinese font is found, as SVG for a web page, as block characters otherwise.

The picture is drawn with Pillow, which finds an installed font by its file name; no cache is written and
nothing is fetched. The colours are far apart in lightness, so that a grey printer keeps them apart.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from bot.services.files.plain_text import cleaned

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_FONTS = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "NotoSansSC-Regular.ttf",
    "NotoSansSC-Regular.otf",
    "SourceHanSansCN-Regular.otf",
    "SourceHanSansSC-Regular.otf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
    "uming.ttc",
    "msyh.ttc",
    "simhei.ttf",
    "simsun.ttc",
    "PingFang.ttc",
    "STHeiti Light.ttc",
)
"""File names of fonts that hold the common characters, of Linux, Windows and macOS."""
_INK, _BAR, _TRACK = "#1a1a1a", "#1f4e79", "#e3e6ea"
_BLOCK = "█"
_LABEL_SIGNS = 16


@dataclass(frozen=True, slots=True)
class Bar:
    """A label and how many."""

    label: str
    value: int


def text_bars(bars: Sequence[Bar], width: int = 24) -> tuple[str, ...]:
    """A bar of block characters for each value; the longest takes `width`, and none but zero is empty."""
    most = _most(bars)
    return tuple(_BLOCK * _length(bar.value, most, width) for bar in bars)


def png_bars(title: str, bars: Sequence[Bar]) -> bytes | None:
    """The bars as a PNG picture 1,600 pixels wide; None where no Chinese font is installed."""
    file = _font_file()
    if file is None:
        return None
    from PIL import Image, ImageDraw, ImageFont

    row, top, left, right = 58, 96, 420, 1460
    image = Image.new("RGB", (1600, top + row * len(bars) + 20), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(file, 32)
    draw.text((800, 44), cleaned(title), fill=_INK, font=ImageFont.truetype(file, 40), anchor="mm")
    most = _most(bars)
    for place, bar in enumerate(bars):
        middle = top + row * place + row // 2
        draw.text(
            (left - 16, middle), _fitting(bar.label, font, left - 40), fill=_INK, font=font, anchor="rm"
        )
        draw.rectangle((left, middle - 17, right, middle + 17), fill=_TRACK)
        end = left + _length(bar.value, most, right - left)
        if bar.value > 0:
            draw.rectangle((left, middle - 17, end, middle + 17), fill=_BAR)
        draw.text((right + 16, middle), str(bar.value), fill=_INK, font=font, anchor="lm")
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def svg_bars(title: str, description: str, bars: Sequence[Bar], *, name: str = "chart") -> str:
    """The bars as an SVG element that a screen reader can read.

    It uses no style and no script, so that it stands under a strict content security policy. `name` makes
    its ids unique within a page.
    """
    row, top, left, width = 28, 40, 220, 420
    height = top + row * len(bars) + 8
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby={quoteattr(f"{name}-t {name}-d")} '
        f'viewBox="0 0 720 {height}" width="100%" font-family="sans-serif" font-size="14">',
        f"<title id={quoteattr(f'{name}-t')}>{_shown(title)}</title>",
        f"<desc id={quoteattr(f'{name}-d')}>{_shown(description)}</desc>",
        f'<text x="360" y="22" text-anchor="middle" font-size="16" fill="{_INK}">{_shown(title)}</text>',
    ]
    most = _most(bars)
    for place, bar in enumerate(bars):
        y = top + row * place
        length = _length(bar.value, most, width)
        parts.append(
            f'<text x="{left - 8}" y="{y + 16}" text-anchor="end" fill="{_INK}">{_shown(_short(bar.label))}</text>'
            f'<rect x="{left}" y="{y + 2}" width="{width}" height="18" fill="{_TRACK}"/>'
            f'<rect x="{left}" y="{y + 2}" width="{length}" height="18" fill="{_BAR}"/>'
            f'<text x="{left + width + 8}" y="{y + 16}" fill="{_INK}">{bar.value}</text>'
        )
    return "".join((*parts, "</svg>"))


@cache
def _font_file() -> str | None:
    """Where the first of the known Chinese fonts is; Pillow looks in the system's font folders."""
    from PIL import ImageFont

    for name in _FONTS:
        try:
            return str(ImageFont.truetype(name, 12).path)
        except OSError:
            continue
    return None


def _most(bars: Sequence[Bar]) -> int:
    return max((bar.value for bar in bars), default=0)


def _length(value: int, most: int, width: int) -> int:
    """How long a bar is, in whole steps; something is never nothing."""
    return max(1, round(value * width / most)) if value > 0 else 0


def _short(label: str) -> str:
    line = " ".join(cleaned(label).split())
    return line if len(line) <= _LABEL_SIGNS else line[: _LABEL_SIGNS - 1] + "…"


def _fitting(label: str, font: "FreeTypeFont", width: float) -> str:
    line: Any = " ".join(cleaned(label).split())
    if font.getlength(line) <= width:
        return str(line)
    while line and font.getlength(line + "…") > width:
        line = line[:-1]
    return f"{line}…"


def _shown(text: str) -> str:
    return escape(cleaned(text))
