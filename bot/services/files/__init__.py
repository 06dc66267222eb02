"""The files that leave the house: the talk form, the ledger, the duty report and the yearly figures.

Every builder is a pure function from frozen data to bytes: the same data gives the same bytes, and what is
not in the data stays blank. The libraries that write the formats are imported when a file is asked for.
"""

from bot.services.files.briefing_page import briefing_docx
from bot.services.files.charts import Bar, png_bars, svg_bars, text_bars
from bot.services.files.ledger_book import Ledger, ledger_xlsx
from bot.services.files.plain_text import file_name
from bot.services.files.statement import DutyReport, DutyTalks, OwedTalk, statement_docx
from bot.services.files.talk_form import TalkForm, talk_form_docx
from bot.services.files.year_figures import (
    OrganisationFigures,
    TypeFigures,
    YearFigures,
    count_year,
    year_docx,
    year_xlsx,
)

__all__ = [
    "Bar",
    "DutyReport",
    "DutyTalks",
    "Ledger",
    "OrganisationFigures",
    "OwedTalk",
    "TalkForm",
    "TypeFigures",
    "YearFigures",
    "briefing_docx",
    "count_year",
    "file_name",
    "ledger_xlsx",
    "png_bars",
    "statement_docx",
    "svg_bars",
    "talk_form_docx",
    "text_bars",
    "year_docx",
    "year_xlsx",
]
