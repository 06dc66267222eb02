"""The benchmark of the web runs as it says, small: every exchange comes to its end, over the service as it is started."""

import os
import sys

from bot.benchmarks.web import bench_web

SERVICE = [sys.executable, "-c", "from bot.commands.main import main; main()", "run"]


async def test_questions_reports_and_the_queue_are_measured_without_an_error(tmp_path):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("YANLU_")}
    found = await bench_web(tmp_path, SERVICE, clean, cases=60, exchanges=32, reports=2)
    assert (found["errors"], found["baseline"]["errors"]) == (0, 0)
    assert (found["report"]["errors"], found["queue"]["errors"]) == (0, 0)
    assert found["queue"]["cases"] == 60
    assert found["per_second"] > 0
    assert found["p50_ms"] <= found["p95_ms"]
    assert found["report"]["turn_p95_ms"] > 0
