"""The benchmark of the web runs as it says, small: every exchange and every page comes to its end, on both databases."""

import os
import sys

from bot.benchmarks.web import Scale, bench_web
from bot.benchmarks.web_house import Sizes
from bot.benchmarks.web_pages import Rounds

SERVICE = [sys.executable, "-c", "from bot.commands.main import main; main()", "run"]
SMALL = Scale(
    exchanges=32,
    reports=2,
    rounds=Rounds(alone=1, side_by_side=1),
    sizes=Sizes(cases=60, records=240, places=8, plans=20, questions=30, documents=2, steps=30, jobs=2),
)
EXPECTED = {
    "handler /console/cases",
    "handler /console/cases/{number}",
    "discipline /console/coverage/{organisation}",
    "liaison /console/records/{id}",
    "discipline /console/tickets/{id}",
    "administrator /console/organisation/audit",
    "administrator /console/documents/questions/{id}",
}
"""Of each role and area one, so that a walk that finds nothing does not pass for a quick one."""


async def test_questions_reports_the_queue_and_all_pages_are_measured_without_an_error(
    tmp_path, empty_url, monkeypatch
):
    monkeypatch.setattr("bot.benchmarks.web.ANALYZED_SECONDS", 0.0)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("YANLU_")}
    found = await bench_web(tmp_path, empty_url, argv=SERVICE, environment=clean, scale=SMALL)
    assert (found["errors"], found["baseline"]["errors"]) == (0, 0)
    assert (found["report"]["errors"], found["queue"]["errors"]) == (0, 0)
    assert found["queue"]["cases"] == 60
    assert found["per_second"] > 0
    assert found["p50_ms"] <= found["p95_ms"]
    assert found["report"]["turn_p95_ms"] > 0
    pages = found["pages"]
    assert pages["errors"] == 0
    assert pages["not_found"] == []
    assert set(pages["each"]) > EXPECTED
    assert pages["downloads"]
    assert pages["worst"] in pages["each"]
    assert pages["each"][pages["worst"]]["p95_ms"] == pages["p95_ms"] > 0
