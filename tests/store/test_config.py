"""Settings come from the environment, and a wrong one is named without showing what it holds."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from engine.config import load_settings
from engine.errors import SettingsInvalid

NAMES = (
    "DATA_DIR",
    "DATABASE_URL",
    "HOST",
    "PORT",
    "SECRET_KEY",
    "SMTP_URL",
    "MASTER_KEY_FILE",
    "DEMO",
    "SEAL_MAIL",
    "VERIFY_AT",
)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_without_any_setting_the_embedded_system_runs_here() -> None:
    settings = load_settings()
    assert settings.url == "sqlite:///var/pengaduan.sqlite3"
    assert settings.master_key == Path("var/keys/master.key")
    assert (settings.host, settings.port, settings.demo) == ("127.0.0.1", 8000, False)


def test_the_environment_is_read_and_an_option_goes_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8080")
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/pengaduan")
    monkeypatch.setenv("MASTER_KEY_FILE", "/run/secrets/kunci")
    assert load_settings().port == 8080
    assert load_settings(port=9000).port == 9000
    assert load_settings().url == "postgresql://db/pengaduan"
    assert load_settings().master_key == Path("/run/secrets/kunci")


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    assert load_settings().url.startswith("sqlite:///")


def test_each_wrong_setting_is_named_and_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "delapan ribu")
    monkeypatch.setenv("SECRET_KEY", "rahasia")
    monkeypatch.setenv("DATABASE_URL", "mysql://akun:rahasia@db/x")
    with pytest.raises(SettingsInvalid) as refused:
        load_settings()
    for name in ("PORT", "SECRET_KEY", "DATABASE_URL"):
        assert f"{name}: " in refused.value.message
    assert "rahasia" not in refused.value.message
    assert "rahasia" not in str(
        load_settings(port=1, secret_key=None, database_url=None, smtp_url="smtp://rahasia")
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_the_demo_runs_on_this_machine(host: str) -> None:
    assert load_settings(demo=True, host=host).demo


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.5", "::", "aduan.contoh.id"])
def test_the_demo_is_refused_on_an_address_that_others_reach(host: str) -> None:
    with pytest.raises(SettingsInvalid, match="loopback"):
        load_settings(demo=True, host=host)


def test_the_session_key_is_made_once_unless_it_is_set(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)
    assert settings.session_key() == load_settings(data_dir=tmp_path).session_key()
    assert (tmp_path / "keys" / "session.key").stat().st_mode & 0o777 == 0o600
    given = load_settings(data_dir=tmp_path, secret_key="k" * 40)
    assert given.session_key() == "k" * 40


def test_seals_by_mail_need_a_server_and_one_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEAL_MAIL", "auditor@contoh.id")
    with pytest.raises(SettingsInvalid, match="SEAL_MAIL needs SMTP_URL"):
        load_settings()
    monkeypatch.setenv("SMTP_URL", "smtp://surat.contoh")
    assert load_settings().seal_mail == "auditor@contoh.id"
    monkeypatch.setenv("SEAL_MAIL", "a@contoh.id, b@contoh.id")
    with pytest.raises(SettingsInvalid, match="SEAL_MAIL"):
        load_settings()


@pytest.mark.parametrize(
    ("typed", "at"),
    [("", time(1)), ("23:30", time(23, 30)), ("off", None), (" OFF ", None), ("03:00:00", time(3))],
)
def test_the_hour_of_the_daily_check_is_set_or_switched_off(
    monkeypatch: pytest.MonkeyPatch, typed: str, at: time | None
) -> None:
    monkeypatch.setenv("VERIFY_AT", typed)
    assert load_settings().verify_at == at


@pytest.mark.parametrize("typed", ["25:00", "malam", "01:00+08:00"])
def test_an_hour_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    monkeypatch.setenv("VERIFY_AT", typed)
    with pytest.raises(SettingsInvalid, match="VERIFY_AT"):
        load_settings()
