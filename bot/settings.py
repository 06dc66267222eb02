"""Every setting, read from YANLU_… variables once and never changed."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from yanlu.errors import SettingsError
from yanlu.texts import commands as texts

PREFIX = "YANLU_"


class Settings(BaseSettings):
    """All settings. Make it with `load_settings`, which names a bad variable in Chinese."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    home: Path = Path("data")
    database_url: SecretStr | None = None
    key: SecretStr | None = None
    telegram_token: SecretStr | None = None
    telegram_api: str | None = Field(default=None, pattern=r"^https?://")
    webhook_url: str | None = Field(default=None, pattern=r"^https://")
    webhook_secret: SecretStr | None = None
    webhook_host: str = "127.0.0.1"
    webhook_port: int = Field(default=8080, ge=1, le=65535)
    web_host: str = "127.0.0.1"
    web_port: int = Field(default=8765, ge=0, le=65535)
    web_url: str | None = Field(default=None, pattern=r"^https?://")
    web_proxy: str = Field(default="127.0.0.1", pattern=r"^[0-9A-Fa-f.:/]+(, ?[0-9A-Fa-f.:/]+)*$")
    leave_url: str = Field(default="/left", pattern=r"^(/[^/]|https?://)")
    embeddings: Literal["off", "local", "endpoint", "model"] = "off"
    embedding_url: str | None = Field(default=None, pattern=r"^https?://")
    embedding_model: str | None = None
    embedding_key: SecretStr | None = None
    embedding_path: Path | None = None
    chroma_url: str | None = Field(default=None, pattern=r"^https?://")
    chat_model: str = ""
    chat_timeout: float = Field(default=8.0, gt=0, le=120)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "WARNING"

    @model_validator(mode="after")
    def _complete(self) -> "Settings":
        if self.webhook_url and not self.webhook_secret:
            raise SettingsError(texts.WEBHOOK_SECRET, next_step=texts.SETTING_NEXT)
        if self.embeddings == "endpoint" and not (self.embedding_url and self.embedding_model):
            raise SettingsError(texts.ENDPOINT_NEEDS, next_step=texts.SETTING_NEXT)
        if self.embeddings == "model" and self.embedding_path is None:
            raise SettingsError(texts.MODEL_NEEDS, next_step=texts.SETTING_NEXT)
        return self

    @property
    def database(self) -> str:
        """The database's address; a file in the state folder unless set."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.home.absolute() / 'yanlu.db'}"

    @property
    def web_address(self) -> str:
        """Where people reach the pages, without a slash at the end; "" where none are served."""
        if not self.web_port:
            return (self.web_url or "").rstrip("/")
        return (self.web_url or f"http://{self.web_host}:{self.web_port}").rstrip("/")

    def listed(self) -> list[tuple[str, str, bool]]:
        """Give (variable, value with secrets masked, set by the environment) of each setting."""
        return [
            (f"{PREFIX}{name.upper()}", _shown(getattr(self, name)), name in self.model_fields_set)
            for name in type(self).model_fields
        ]


def load_settings() -> Settings:
    """Read the environment. Raises SettingsError naming the first variable that makes no sense."""
    try:
        return Settings()
    except ValidationError as error:
        place = error.errors(include_input=False, include_context=False)[0]["loc"]
        name = PREFIX + str(place[0] if place else "").upper()
        raise SettingsError(texts.bad_setting(name), next_step=texts.SETTING_NEXT) from None


def revealed(secret: SecretStr | None) -> str | None:
    """Give the secret itself, None when it is not set."""
    return None if secret is None else secret.get_secret_value()


def _shown(value: object) -> str:
    if value is None or value == "":
        return texts.UNSET
    return texts.MASKED if isinstance(value, SecretStr) else str(value)
