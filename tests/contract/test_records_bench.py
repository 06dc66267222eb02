"""The benchmark of records runs as it says, small."""

from pathlib import Path

import pytest

from bot.benchmarks.records import bench_records
from yanlu.errors import EvaluationError


async def test_every_operation_is_measured_and_finds_something(tmp_path: Path, empty_url: str) -> None:
    found = await bench_records(tmp_path, empty_url, records=600, organisations=20, rounds=12)
    assert found["errors"] == 0
    assert found["records"] == 600
    assert {"per_second", "p50_ms", "p95_ms", "cpu_ms", "rss_mb"} <= set(found)
    operations = found["operations"]
    assert set(operations) >= {"page", "count", "coverage", "owed", "figures", "tickets", "export"}
    assert all(0 < each["p50_ms"] <= each["p95_ms"] for each in operations.values())


async def test_a_database_in_use_is_left_alone(tmp_path: Path, empty_url: str) -> None:
    await bench_records(tmp_path, empty_url, records=5, organisations=3, rounds=1)
    with pytest.raises(EvaluationError):
        await bench_records(tmp_path, empty_url, records=5, organisations=3, rounds=1)
