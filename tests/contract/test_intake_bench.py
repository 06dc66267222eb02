"""The benchmark of intake runs as it says, small; and it counts what goes wrong."""

from pathlib import Path

import pytest

from bot.benchmarks import intake
from bot.benchmarks.intake import bench_intake
from yanlu.errors import AccessDenied, EvaluationError

KEYS = {"per_second", "errors", "p50_ms", "p95_ms", "cpu_ms", "rss_mb"}


async def test_reports_are_handed_in_and_a_sample_opened_again(tmp_path: Path, empty_url: str) -> None:
    found = await bench_intake(tmp_path, empty_url, reports=45, concurrency=8)
    assert set(found) >= KEYS
    assert (found["errors"], found["reports"], found["opened"]) == (0, 45, 3)
    assert 0 < found["p50_ms"] <= found["p95_ms"]
    assert found["per_second"] > 0


async def test_a_report_that_is_not_kept_is_an_error(
    tmp_path: Path, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = intake.submit

    async def sometimes(work, desk, handed, day):
        if "第3件" in handed.report.course:
            raise AccessDenied("交不了")
        return None if "第5件" in handed.report.course else await real(work, desk, handed, day)

    monkeypatch.setattr(intake, "submit", sometimes)
    found = await bench_intake(tmp_path, empty_url, reports=10, concurrency=4)
    assert found["errors"] == 2


async def test_a_case_that_nobody_was_told_of_is_an_error(
    tmp_path: Path, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = intake.submit

    async def twice(work, desk, handed, day):
        await real(work, desk, handed, day)
        return await real(work, desk, handed, day)

    monkeypatch.setattr(intake, "submit", twice)
    assert (await bench_intake(tmp_path, empty_url, reports=3, concurrency=2))["errors"] == 1


async def test_a_database_in_use_is_left_alone(tmp_path: Path, empty_url: str) -> None:
    await bench_intake(tmp_path, empty_url, reports=1, concurrency=1)
    with pytest.raises(EvaluationError):
        await bench_intake(tmp_path, empty_url, reports=1, concurrency=1)
