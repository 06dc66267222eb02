"""A pytest plugin for the thousands of runs of a mutation test.

The same examples each time, the slow tests last, and the empty database made once for all runs.
"""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.support import stores

LAST = "YANLU_MUTATION_LAST"
"""The environment variable with parts of names of tests to be run last, one on each line."""

TEMPLATE = "YANLU_MUTATION_TEMPLATE"
"""The environment variable with the path where the migrated SQLite database is kept."""

settings.register_profile(
    "mutation",
    database=None,
    deadline=None,
    derandomize=True,
    max_examples=30,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("mutation")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    last = os.environ.get(LAST, "").split("\n")
    items.sort(key=lambda item: any(part and part in item.nodeid for part in last))


def pytest_configure() -> None:
    if stores._migrate is not _copy:
        _migrating.append(stores._migrate)
        stores._migrate = _copy


_migrating = []


async def _copy(url: str) -> None:
    template = os.environ[TEMPLATE]
    if not _there(template):
        await _migrating[0](f"sqlite:///{template}")
    shutil.copyfile(template, url.removeprefix("sqlite:///"))


def _there(path: str) -> bool:
    return Path(path).exists()
