"""Texts into vectors; the endpoint's replies are a stranger's."""

import json

import httpx
import numpy as np
import pytest

from knowledge.retrieval.embedders import ENDPOINT_BATCH, EndpointEmbedder, HashedEmbedder, ModelEmbedder
from yanlu.errors import VectorsUnavailable


def test_like_texts_have_like_vectors_without_any_model():
    embedder = HashedEmbedder(256)
    rows = embedder.passages(["监督谈话由上级一把手进行", "请示报告重大事项"])
    assert rows.shape == (2, 256)
    near, far = rows @ embedder.query("上级一把手的监督谈话")
    assert near > far + 0.2
    assert not embedder.query("???").any()
    assert embedder.name != HashedEmbedder(128).name


class Endpoint:
    """An embeddings endpoint that answers as told and notes what it was asked."""

    def __init__(self, answer=None):
        self.asked = []
        self.answer = answer or self.vectors

    @staticmethod
    def vectors(texts):
        data = [{"index": number, "embedding": [float(len(text)), 1.0]} for number, text in enumerate(texts)]
        return httpx.Response(200, json={"data": data[::-1]})

    def __call__(self, request):
        self.asked.append(request)
        return self.answer(json.loads(request.content)["input"])


def embedder_over(endpoint, key=None):
    return EndpointEmbedder("http://endpoint/v1/", "some-model", key, transport=httpx.MockTransport(endpoint))


def test_the_endpoint_is_asked_in_batches_and_answers_are_put_in_order():
    endpoint = Endpoint()
    rows = embedder_over(endpoint, "secret").passages(["长" * (n + 1) for n in range(ENDPOINT_BATCH + 3)])
    assert len(endpoint.asked) == 2
    assert str(endpoint.asked[0].url) == "http://endpoint/v1/embeddings"
    assert endpoint.asked[0].headers["authorization"] == "Bearer secret"
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)
    assert (np.diff(rows[:, 0]) > 0).all()


def test_without_a_key_none_is_sent_and_nothing_to_embed_asks_nothing():
    endpoint = Endpoint()
    embedder = embedder_over(endpoint)
    assert embedder.passages([]).shape[0] == 0
    assert endpoint.asked == []
    assert embedder.query("一").shape == (2,)
    assert "authorization" not in endpoint.asked[0].headers
    assert "some-model" in embedder.name


def refuse(_):
    raise httpx.ConnectError("refused")


@pytest.mark.parametrize(
    "answer",
    [
        refuse,
        lambda _: httpx.Response(500),
        lambda _: httpx.Response(401, json={"error": "no"}),
        lambda _: httpx.Response(200, text="<html>"),
        lambda _: httpx.Response(200, json={"data": []}),
        lambda _: httpx.Response(200, json=[]),
        lambda _: httpx.Response(200, json={"data": [{"index": 0, "embedding": ["x"]}]}),
        lambda _: httpx.Response(200, json={"data": [{"index": 0, "embedding": 3}]}),
        lambda _: httpx.Response(200, text='{"data": [{"index": 0, "embedding": [NaN]}]}'),
    ],
)
def test_a_failing_endpoint_is_a_clear_error_without_the_text_or_the_key(answer):
    with pytest.raises(VectorsUnavailable) as caught:
        embedder_over(Endpoint(answer), "secret").query("述责述廉")
    assert caught.value.kept
    assert caught.value.next_step
    assert "secret" not in str(caught.value)
    assert "述责" not in str(caught.value)


def test_a_model_that_is_not_there_is_not_downloaded(tmp_path):
    with pytest.raises(VectorsUnavailable, match="目录不存在"):
        ModelEmbedder(tmp_path / "absent").query("一")


def test_a_model_without_its_library_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sentence_transformers", None)
    with pytest.raises(VectorsUnavailable, match="sentence-transformers"):
        ModelEmbedder(tmp_path).query("一")


class Library:
    """Stands in for sentence_transformers, which is not a dependency."""

    class SentenceTransformer:
        def __init__(self, path, *, local_files_only):
            assert local_files_only
            if path.endswith("broken"):
                raise OSError("no config")

        def encode(self, texts):
            return np.array([[3.0, 4.0]] * len(texts))


def test_a_model_on_the_disk_is_used(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sentence_transformers", Library)
    embedder = ModelEmbedder(tmp_path)
    assert embedder.query("一").tolist() == pytest.approx([0.6, 0.8])
    assert embedder.passages(["一", "二"]).shape == (2, 2)
    assert tmp_path.name in embedder.name


def test_a_broken_model_is_a_clear_error(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sentence_transformers", Library)
    (tmp_path / "broken").mkdir()
    with pytest.raises(VectorsUnavailable, match="无法读取"):
        ModelEmbedder(tmp_path / "broken").query("一")
