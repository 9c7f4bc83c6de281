"""Settings, by environment variables without a prefix (`DATA_DIR`, `DATABASE_URL`, `HOST`, `PORT` …)."""

from __future__ import annotations

import ipaddress
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from engine.errors import SettingsInvalid
from engine.key_file import make_key, read_key


class Settings(BaseSettings):
    """Everything an installation can set; the defaults run the embedded system on this machine.

    Get one by `load_settings`, which says what is wrong in sentences.
    """

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    #: Directory of everything the embedded default writes: database, keys, seals, attachments.
    data_dir: Path = Path("var")
    #: `postgresql://…` to scale out; without it an SQLite file in `data_dir`.
    database_url: SecretStr | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    #: Signs sessions; without it a key file is made in `data_dir`.
    secret_key: SecretStr | None = Field(default=None, min_length=32)
    #: How people reach the system (`https://aduan.example.go.id`), for links in letters; by default HOST:PORT.
    public_url: str | None = Field(default=None, pattern=r"^https?://[^/\s]+$")
    #: Address of the proxy in front that speaks TLS; its X-Forwarded headers are believed, nobody else's.
    trusted_proxy: str | None = None
    #: `smtp://user:password@host:port`; without it messages are closed as having no channel.
    smtp_url: SecretStr | None = None
    #: Where the master key is, if not in `data_dir` (a mounted secret, for one).
    master_key_file: Path | None = None
    #: How often a seal is laid over what has grown (ISO 8601, or seconds).
    seal_interval: timedelta = Field(default=timedelta(hours=1), ge=timedelta(minutes=1))
    #: Address of the auditor, who gets every seal by mail; needs `smtp_url`.
    seal_mail: str | None = Field(default=None, pattern=r"^[^@\s,;<>]+@[^@\s,;<>]+$")
    #: A directory elsewhere (a mounted share) whose file of seals gets every line too.
    seal_copy: Path | None = None
    #: Bytes of one file that is put to a case.
    attachment_max_bytes: int = Field(default=10_000_000, ge=100_000, le=100_000_000)
    #: When, by the office's clock, everything is checked each day; `off`: never.
    verify_at: time | None = time(1)
    #: Accounts with a known password, for trying the system out.
    demo: bool = False

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not url.get_secret_value().startswith(
            ("sqlite:///", "postgresql://", "postgresql+psycopg://")
        ):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return url

    @field_validator("verify_at", mode="before")
    @classmethod
    def _perhaps_never(cls, at: object) -> object:
        return None if isinstance(at, str) and at.strip().lower() == "off" else at

    @field_validator("verify_at")
    @classmethod
    def _by_the_offices_clock(cls, at: time | None) -> time | None:
        if at is not None and at.tzinfo is not None:
            raise ValueError("must be a time of the office without a zone, such as 01:00, or off")
        return at

    @model_validator(mode="after")
    def _demo_stays_at_home(self) -> Settings:
        if self.demo and not _is_loopback(self.host):
            raise ValueError(f"DEMO has known passwords and runs on a loopback HOST only, not on {self.host}")
        return self

    @model_validator(mode="after")
    def _seals_by_mail_need_a_way(self) -> Settings:
        if self.seal_mail is not None and self.smtp_url is None:
            raise ValueError("SEAL_MAIL needs SMTP_URL, by which the letters go")
        return self

    @property
    def url(self) -> str:
        """Of the database, for `Database`."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir / 'pengaduan.sqlite3'}"

    @property
    def base_url(self) -> str:
        """What links in letters begin with."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def master_key(self) -> Path:
        """Where the master key is or will be."""
        return self.master_key_file or self.data_dir / "keys" / "master.key"

    @property
    def attachments(self) -> Path:
        """Where the sealed files of cases lie; all that serve one database share it."""
        return self.data_dir / "attachments"

    def session_key(self) -> str:
        """SECRET_KEY, or the content of `keys/session.key`, made on the first start."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value()
        path = self.data_dir / "keys" / "session.key"
        return (read_key(path) or make_key(path)).hex()


def load_settings(**overrides: Any) -> Settings:
    """The settings of the environment, with those given taking precedence.

    Raises SettingsInvalid, which names every wrong one by its variable and never shows its value.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        findings = [_sentence(found["loc"], found["msg"]) for found in error.errors()]
        raise SettingsInvalid(" ".join(findings), findings=findings) from None


def _sentence(place: tuple[int | str, ...], message: str) -> str:
    message = message.removeprefix("Value error, ").removesuffix(".")
    name = "_".join(map(str, place)).upper()
    return (
        f"{name}: {message[:1].lower()}{message[1:]}; correct it or leave it out." if name else f"{message}."
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
