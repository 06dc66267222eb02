"""Chroma for real: embedded in a folder, and as a server on this machine."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from knowledge.retrieval import IndexText, PassageIndex
from knowledge.retrieval.dense import PAUSE_SECONDS, DenseLeg
from knowledge.retrieval.embedders import HashedEmbedder
from yanlu.errors import VectorsUnavailable

PASSAGES = [
    "上级一把手每年与下级一把手谈话",
    "述责述廉时当场接受提问",
    "重大事项请示报告",
    "警示教育每年开展",
]
IDS = ["a", "b", "c", "d"]


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = Path(sys.executable).with_name("chroma")
    if not command.exists():
        pytest.skip("the chroma command is not installed")
    folder = tmp_path_factory.mktemp("chroma-server")
    running = subprocess.Popen(
        [command, "run", "--path", folder, "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
    )
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert running.poll() is None, "the Chroma server ended"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(20)


@pytest.fixture(params=["embedded", "server"])
def leg(request, tmp_path) -> Iterator[DenseLeg]:
    if request.param == "embedded":
        made = DenseLeg.embedded(tmp_path / "chroma", HashedEmbedder())
    else:
        made = DenseLeg.on_server(request.getfixturevalue("server"), HashedEmbedder())
    yield made
    made.close()


def test_the_nearest_passage_is_the_one_with_the_same_words(leg):
    leg.require(IDS, PASSAGES)
    (position, likeness), *_ = leg.nearest("述责述廉要不要当场接受提问", 3)
    assert position == 1
    assert 0.3 < likeness <= 1.0


def test_filling_twice_changes_nothing_and_other_texts_get_a_collection_of_their_own(leg):
    leg.require(IDS, PASSAGES)
    before = leg.nearest("警示教育", 4)
    leg.require(IDS, PASSAGES)
    assert leg.nearest("警示教育", 4) == before
    leg.require(["x"], ["完全不同的一段话"])
    assert [position for position, _ in leg.nearest("一段话", 4)] == [0]
    leg.delete()
    assert leg.nearest("一段话", 4) == []
    leg.delete()


def test_a_half_filled_collection_is_completed(leg):
    leg.require(IDS, PASSAGES)
    leg._collection.delete(ids=["1"])
    leg.require(IDS, PASSAGES)
    assert leg.nearest("述责述廉当场提问", 1)[0][0] == 1


def test_questions_without_words_and_empty_libraries_find_nothing(leg):
    leg.require(IDS, PASSAGES)
    assert leg.nearest("???", 3) == []
    leg.require([], [])
    assert leg.nearest("述责述廉", 3) == []


def test_vectors_survive_a_restart(tmp_path):
    first = DenseLeg.embedded(tmp_path / "chroma", HashedEmbedder())
    first.require(IDS, PASSAGES)
    first.close()
    counted = CountingEmbedder()
    second = DenseLeg.embedded(tmp_path / "chroma", counted)
    second.require(IDS, PASSAGES)
    assert counted.embedded == 0, "what is there is not embedded again"
    assert second.nearest("重大事项请示报告", 1)[0][0] == 2


class CountingEmbedder(HashedEmbedder):
    def __init__(self):
        super().__init__()
        self.embedded = 0

    def passages(self, texts):
        self.embedded += len(texts)
        return super().passages(texts)


def damage_database(folder):
    (folder / "chroma.sqlite3").write_bytes(b"this is not a database" * 500)


def damage_by_a_file(folder):
    for path in sorted(folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    folder.rmdir()
    folder.write_text("a file where a folder should be")


@pytest.mark.parametrize("damage", [damage_database, damage_by_a_file])
def test_a_damaged_folder_is_moved_aside_and_filled_anew(tmp_path, damage):
    folder = tmp_path / "chroma"
    for _ in range(2):  # the second time an earlier .damaged is in the way
        first = DenseLeg.embedded(folder, HashedEmbedder())
        first.require(IDS, PASSAGES)
        first.close()
        damage(folder)
        second = DenseLeg.embedded(folder, HashedEmbedder())
        second.fill(IDS, PASSAGES)
        assert second.problem is None
        assert second.nearest("述责述廉当场提问", 1)[0][0] == 1
        assert (tmp_path / "chroma.damaged").exists()
        second.close()


def test_vectors_whose_index_files_are_garbage_cost_no_answer(tmp_path):
    folder = tmp_path / "chroma"
    first = DenseLeg.embedded(folder, HashedEmbedder(64))
    many = [f"第{number}段话" for number in range(1200)]
    first.require(list(map(str, range(1200))), many)
    first.close()
    for path in folder.rglob("*.bin"):
        path.write_bytes(b"\xff" * 100)
    index = PassageIndex.build(
        [IndexText(str(number), "", text) for number, text in enumerate(many)],
        dense=DenseLeg.embedded(folder, HashedEmbedder(64)),
    )
    assert index.search("第7段话")


def test_a_dead_server_is_a_clear_error_and_costs_no_answer():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    leg = DenseLeg.on_server(url, HashedEmbedder())
    with pytest.raises(VectorsUnavailable) as caught:
        leg.require(IDS, PASSAGES)
    assert caught.value.happened
    assert caught.value.kept
    assert caught.value.next_step
    texts = [IndexText(id_, "", text) for id_, text in zip(IDS, PASSAGES, strict=True)]
    index = PassageIndex.build(texts, dense=leg)
    assert index.search("述责述廉")[0].id == "b"
    assert isinstance(leg.problem, VectorsUnavailable)


@pytest.mark.timeout(60)
def test_a_server_that_accepts_and_stays_silent_does_not_hang_us(monkeypatch):
    monkeypatch.setattr("knowledge.retrieval.dense.SERVER_SECONDS", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        leg = DenseLeg.on_server(f"http://127.0.0.1:{silent.getsockname()[1]}", HashedEmbedder(), token="t")
        leg.fill(IDS, PASSAGES)
    assert leg.problem is not None


def test_a_leg_that_fails_is_left_alone_for_a_while_and_then_asked_again(server):
    clock = Clock()
    leg = DenseLeg.on_server(server, HashedEmbedder(), clock=clock)
    leg.require(IDS, PASSAGES)
    alive, leg._collection = leg._collection, FailingCollection()
    assert leg.nearest("警示教育", 1) == []
    assert leg.problem is not None
    leg._collection = alive
    assert leg.nearest("警示教育", 1) == [], "not asked while paused"
    clock.now = PAUSE_SECONDS + 1
    assert leg.nearest("警示教育", 1)[0][0] == 3
    leg.close()


class FailingCollection:
    def query(self, **_):
        raise ConnectionResetError


class SilentEmbedder(HashedEmbedder):
    def passages(self, texts):
        raise VectorsUnavailable("向量服务没有应答。") from ConnectionError()


def test_a_failing_embedder_does_not_move_sound_vectors_aside(tmp_path):
    leg = DenseLeg.embedded(tmp_path / "chroma", SilentEmbedder())
    leg.fill(IDS, PASSAGES)
    assert leg.problem is not None
    assert not (tmp_path / "chroma.damaged").exists()


@pytest.mark.parametrize("url", ["", "chroma", "ftp://host:1", "http://", "http://host:99999999"])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(VectorsUnavailable) as caught:
        DenseLeg.on_server(url, HashedEmbedder())
    assert "http" in caught.value.next_step


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    leg = DenseLeg.embedded(tmp_path / "file" / "chroma", HashedEmbedder())
    with pytest.raises(VectorsUnavailable):
        leg.require(IDS, PASSAGES)


def test_a_folder_that_cannot_be_moved_aside_is_a_clear_error(tmp_path, monkeypatch):
    folder = tmp_path / "chroma"
    first = DenseLeg.embedded(folder, HashedEmbedder())
    first.require(IDS, PASSAGES)
    first.close()
    damage_database(folder)
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(PermissionError()))
    with pytest.raises(VectorsUnavailable) as caught:
        DenseLeg.embedded(folder, HashedEmbedder()).require(IDS, PASSAGES)
    assert re.search("重建", caught.value.happened)


def test_the_default_embedder_of_chroma_is_never_asked(tmp_path, monkeypatch):
    from chromadb.utils.embedding_functions import DefaultEmbeddingFunction

    def never(*_, **__):
        raise AssertionError("Chroma's own embedder was used")

    monkeypatch.setattr(DefaultEmbeddingFunction, "__call__", never)
    leg = DenseLeg.embedded(tmp_path / "chroma", HashedEmbedder())
    leg.require(IDS, PASSAGES)
    assert leg.nearest("警示教育", 1)


def test_fused_search_asks_the_vectors_only_where_words_leave_doubt(tmp_path):
    leg = DenseLeg.embedded(tmp_path / "chroma", HashedEmbedder())
    asked = []
    texts = [IndexText(id_, "", text) for id_, text in zip(IDS, PASSAGES, strict=True)]
    texts += [IndexText(str(number), "", f"第{number}项其他内容") for number in range(200)]
    index = PassageIndex.build(texts, dense=leg)
    nearest = leg.nearest
    leg.nearest = lambda query, count: asked.append(query) or nearest(query, count)
    assert index.search("述责述廉时当场接受提问")[0].id == "b"
    assert asked == []
    assert index.search("提问的火箭发动机推力与燃料比例")[0].id == "b"
    assert len(asked) == 1


def test_vectors_have_length_one():
    rows = HashedEmbedder(64).passages([*PASSAGES, ""])
    assert np.allclose(np.linalg.norm(rows, axis=1), [1, 1, 1, 1, 0], atol=1e-5)
