"""The update-cost bench measures what it says, on a bot whose cost is known: the echo bot itself."""

import asyncio
import os
import sys

import httpx
import pytest

from bot.benchmarks import chat, processes
from bot.benchmarks.bot_api import application
from bot.benchmarks.chat import bench_chat, questions
from yanlu.errors import EvaluationError
from yanlu.texts import telegram as texts

ECHO = [sys.executable, "-m", "bot.benchmarks.echo_bot"]


async def test_an_echo_bot_costs_what_an_echo_bot_costs():
    figures = await bench_chat(ECHO, os.environ, updates=60, rounds=2, pace=100)
    baseline = figures["baseline"]
    assert set(baseline) == {"per_second", "errors", "p50_ms", "p95_ms", "cpu_ms", "rss_mb"}
    assert set(figures) == {*baseline, "baseline", "ratio"}
    assert figures["errors"] == baseline["errors"] == 0
    assert 0.3 < figures["ratio"] < 3
    assert all(figures[name] > 0 for name in baseline if name != "errors")
    assert figures["p50_ms"] <= figures["p95_ms"]


async def test_a_bot_that_does_not_start_is_said_not_to():
    with pytest.raises(EvaluationError) as refused:
        await bench_chat([sys.executable, "-c", "raise SystemExit(1)"], os.environ)
    assert refused.value.happened == texts.BENCH_START


async def test_a_system_that_cannot_be_measured_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(processes, "_PROC", tmp_path)
    with pytest.raises(EvaluationError) as refused:
        await bench_chat(ECHO, os.environ)
    assert refused.value.happened == texts.BENCH_SYSTEM


def test_questions_differ_until_all_were_asked():
    asked = questions(300)
    assert len(asked) == 300
    assert len(set(asked[:126])) == 126


async def test_a_child_counts_with_its_parent():
    child = "import time; [None for _ in range(8_000_000)]; print(flush=True); time.sleep(60)"
    parent = (
        "import subprocess, sys, time; "
        f"p = subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(60)"
    )
    async with processes.process([sys.executable, "-c", parent], os.environ, read=True) as running:
        await running.stdout.readline()
        family = processes._family(running.pid)
        assert len(family) == 2
        assert processes.cpu_seconds(running.pid) > 0
        assert processes.resident_mb(running.pid) > 5
        for child_pid in family[1:]:
            os.kill(child_pid, 15)
    assert running.returncode is not None


async def test_a_process_that_ignores_the_request_to_end_is_ended(monkeypatch):
    monkeypatch.setattr(processes, "_FAREWELL_SECONDS", 0.1)
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    async with processes.process([sys.executable, "-c", stubborn], os.environ, read=True) as running:
        await running.stdout.readline()
    assert running.returncode == -9


# The stand-in, asked directly


@pytest.fixture
async def client():
    transport = httpx.ASGITransport(app=application())
    async with httpx.AsyncClient(transport=transport, base_url="http://standin") as client:
        yield client


async def result(client, path, **data):
    return (await client.post(path, data=data)).json()["result"]


async def test_the_stand_in_hands_out_questions_and_times_the_answers(client):
    waiting = asyncio.create_task(client.post("/ready/t"))
    assert (await result(client, "/bott/getMe"))["is_bot"] is True
    assert await result(client, "/bott/deleteWebhook") is True
    polled = asyncio.create_task(result(client, "/bott/getUpdates", timeout=5))
    await waiting
    order = {"texts": ["一", "二"], "pace": 1000, "chats": 1}
    driving = asyncio.create_task(client.post("/drive/t", json=order))
    first = (await polled)[0]
    assert first["message"]["text"] == "一"
    for text in "一二三":
        await result(client, "/bott/sendMessage", chat_id=1000, text=text)
        await asyncio.sleep(0.01)
    outcome = (await driving).json()["result"]
    assert (len(outcome["latencies"]), outcome["errors"]) == (2, 0)
    assert await result(client, "/bott/getUpdates", timeout=0.01, offset=3) == []
    assert await result(client, "/bott/getUpdates", timeout=0, offset=3) == []


async def test_an_answer_that_never_comes_is_an_error(client, monkeypatch):
    monkeypatch.setattr("bot.benchmarks.bot_api.ANSWER_SECONDS", 0.05)
    order = {"texts": ["一"], "pace": 1000, "chats": 1}
    outcome = (await client.post("/drive/t", json=order)).json()["result"]
    assert (outcome["latencies"], outcome["errors"]) == ([], 1)
    await result(client, "/bott/sendMessage", chat_id=1000, text="太迟")


def test_a_descendant_that_ends_while_it_is_counted_counts_for_nothing(monkeypatch):
    gone = 2**22 + 1  # beyond the numbers that Linux gives
    monkeypatch.setattr(processes, "_family", lambda pid: [pid, gone])
    assert processes.cpu_seconds(os.getpid()) > 0
    assert processes.resident_mb(os.getpid()) > 1
    with pytest.raises(FileNotFoundError):
        processes.cpu_seconds(gone)


def test_a_bot_that_answered_nothing_has_figures_all_the_same():
    idle = chat._Contestant("t", [], pid=os.getpid(), errors=3)
    assert idle.figures() == {**idle.figures(), "per_second": 0.0, "errors": 3, "p50_ms": 0.0, "cpu_ms": 0.0}
