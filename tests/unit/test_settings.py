import pytest

from bot.settings import Settings, load_settings
from bot.state import held, prepared
from yanlu.errors import SettingsError, StateLocked, StateUnwritable


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    for name in Settings.model_fields:
        monkeypatch.delenv(f"YANLU_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def test_nothing_needs_to_be_set():
    assert load_settings().database.endswith("/data/yanlu.db")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("YANLU_WEBHOOK_PORT", "0"),
        ("YANLU_EMBEDDINGS", "magic"),
        ("YANLU_CHAT_TIMEOUT", "soon"),
        ("YANLU_CHROMA_URL", "nowhere"),
        ("YANLU_WEB_PROXY", "*"),
    ],
)
def test_a_bad_value_is_named_and_not_shown(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name) as caught:
        load_settings()
    assert value not in str(caught.value).replace(name, "")


@pytest.mark.parametrize(
    ("name", "value", "asked"),
    [
        ("YANLU_WEBHOOK_URL", "https://example.org/hook", "YANLU_WEBHOOK_SECRET"),
        ("YANLU_EMBEDDINGS", "endpoint", "YANLU_EMBEDDING_URL"),
        ("YANLU_EMBEDDINGS", "model", "YANLU_EMBEDDING_PATH"),
    ],
)
def test_what_a_setting_needs_beside_it_is_asked_for(monkeypatch, name, value, asked):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=asked):
        load_settings()


def test_secrets_are_masked(monkeypatch):
    monkeypatch.setenv("YANLU_TELEGRAM_TOKEN", "1:hush")
    settings = load_settings()
    assert "hush" not in f"{settings.listed()}{settings!r}"
    assert ("YANLU_TELEGRAM_TOKEN", "******", True) in settings.listed()


def test_the_state_folder_is_its_owners(tmp_path):
    assert prepared(tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700


def test_a_file_in_its_place_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StateUnwritable):
        prepared(tmp_path / "file")


def test_only_one_holds_the_folder(tmp_path):
    with held(tmp_path), pytest.raises(StateLocked, match="YANLU_HOME"), held(tmp_path):
        pass
    with held(tmp_path):
        pass
