"""Every class of wrong setting: one line that names it, its value unless secret, and what is accepted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from domain import limits
from domain.limits import Rate
from graph.settings import Settings, SettingsError, load_settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def refused(**given: Any) -> str:
    with pytest.raises(SettingsError) as refusal:
        load_settings(**given)
    return str(refusal.value)


WRONG = [
    ("PORT", "http", "integer"),
    ("PORT", "65536", "65535"),
    ("PORT", "-1", "0"),
    ("PORT", "80.5", "integer"),
    ("WORKERS", "0", "1"),
    ("WORKERS", "65", "64"),
    ("SHUTDOWN_TIMEOUT", "soon", "number"),
    ("SHUTDOWN_TIMEOUT", "0", "greater than 0"),
    ("SHUTDOWN_TIMEOUT", "nan", "3600"),
    ("SHUTDOWN_TIMEOUT", "inf", "3600"),
    ("STATEMENT_TIMEOUT", "-3", "greater than 0"),
    ("MAX_DEPTH", "0", "1"),
    ("MAX_ROWS", "99999999999999999999999999", "10000000"),
    ("PLAYGROUND", "perhaps", "boolean"),
    ("ENVIRONMENT", "staging", "'development' or 'production'"),
    ("LOG_FORMAT", "xml", "'auto', 'json' or 'text'"),
    ("LOG_LEVEL", "LOUD", "TRACE, DEBUG, INFO, WARNING, ERROR"),
    ("TABLE_NAMING", "kebab", "'camel' or 'snake'"),
    ("DATABASE_SSL", "allow", "verify-full"),
    ("EXPOSED_SCHEMAS", ",", "at least one schema"),
    ("EXPOSED_SCHEMAS", "public,pg_catalog", "pg_*"),
    ("EXPOSED_SCHEMAS", "selfgraph", "not selfgraph"),
    ("CORS_ORIGINS", "app.example", "https://app.example"),
    ("CORS_ORIGINS", "https://app.example/", "https://app.example"),
    ("CORS_ORIGINS", "https://app.example?x", "https://app.example"),
    ("CORS_ORIGINS", "https://me@app.example", "https://app.example"),
    ("CORS_ORIGINS", "https://app.example:port", "https://app.example"),
    ("CORS_ORIGINS", "https://[::1", "https://app.example"),
    ("CORS_ORIGINS", "ftp://app.example", "https://app.example"),
    ("TRUSTED_PROXIES", "proxy.example", "networks such as 10.0.0.0/8"),
    ("TRUSTED_PROXIES", "10.0.0.0/33", "networks such as 10.0.0.0/8"),
    ("SIGN_UP", "invited", "'open' or 'closed'"),
    ("EMAIL_VERIFICATION", "true", "'optional' or 'required'"),
    ("RATE_LIMIT_LOGIN", "10", "rates such as 10/minute per address"),
    ("RATE_LIMIT_LOGIN", "10/minute per user", "rates per address, account, key"),
    ("RATE_LIMIT_OPERATIONS", "0/minute", "or off"),
    ("PUBLIC_URL", "app.example", "https://api.example"),
    ("PUBLIC_URL", "https://app.example:port", "https://api.example"),
    ("PUBLIC_URL", "https://app.example/?x=1", "https://api.example"),
    ("VERIFY_EMAIL_URL", "https://app.example/verify", "?token={token}"),
    ("RESET_PASSWORD_URL", "no link {token}", "?token={token}"),
    ("MAIL_FROM", "nobody", "Name <me@example.com>"),
    ("MAIL_FROM", "a@b.example, c@d.example", "Name <me@example.com>"),
    ("MAIL_FROM", "Shop <a@b.example> Bcc: <c@d.example>", "Name <me@example.com>"),
    ("MAIL_TEMPLATES_DIR", "/nowhere", "a folder that exists"),
    ("MAIL_BACKEND", "sendmail", "'console' or 'smtp'"),
    ("SMTP_TLS", "ssl", "'none', 'starttls' or 'tls'"),
    ("SMTP_TIMEOUT", "51", "50"),
]


@pytest.mark.parametrize(("name", "value", "accepted"), WRONG)
def test_a_wrong_value_names_the_setting_the_value_and_what_is_accepted(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, accepted: str
) -> None:
    monkeypatch.setenv(name, value)
    message = refused()
    assert message.startswith(f"{name}=")
    assert value.strip(",") in message
    assert accepted in message
    assert "\n" not in message


WRONG_SECRETS = [
    ("SECRET_KEY", "short-secret-value", "at least 32 characters"),
    ("SERVICE_KEY", "short-secret-value", "at least 32 characters"),
    ("ANON_KEY", "short-secret-value", "at least 32 characters"),
    ("REDIS_URL", "http://:hidden-password@host", "redis://:password@host:6379/0"),
    ("REDIS_URL", "redis://:hidden-password@", "redis://:password@host:6379/0"),
    ("REDIS_URL", "redis://:hidden-password@host:port", "redis://:password@host:6379/0"),
    ("REDIS_URL", "redis://:hidden-password@host/0?socket_timeout=soon", "redis://:password@host:6379/0"),
    ("DATABASE_URL", "mysql://me:hidden-password@db/shop", "postgresql://user:password@host:port/name"),
    ("DATABASE_URL", "postgresql://me:hidden-password@db", "postgresql://user:password@host:port/name"),
    ("DATABASE_URL", "postgresql://me:hidden-password@db:http/shop", "postgresql://user:password@host:port/name"),
    ("DATABASE_URL", "postgresql://me:hidden-password@[::1/shop", "postgresql://user:password@host:port/name"),
    ("DATABASE_URL", "hidden-password", "postgresql://user:password@host:port/name"),
]


@pytest.mark.parametrize(("name", "value", "accepted"), WRONG_SECRETS)
def test_a_wrong_secret_is_named_but_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, accepted: str
) -> None:
    monkeypatch.setenv(name, value)
    message = refused()
    assert message.startswith(f"{name}=(secret, not shown)")
    assert accepted in message
    assert value not in message
    assert "hidden-password" not in message


def test_all_wrong_settings_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "http")
    monkeypatch.setenv("WORKERS", "0")
    assert [line.partition("=")[0] for line in refused().splitlines()] == ["PORT", "WORKERS"]


def test_credentials_for_every_origin_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_ORIGINS", "*")
    monkeypatch.setenv("CORS_CREDENTIALS", "true")
    message = refused()
    assert "CORS_CREDENTIALS=true" in message
    assert "CORS_ORIGINS" in message


def test_an_option_of_the_command_line_beats_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "1")
    assert load_settings(port=2, host=None).port == 2


def test_an_option_of_the_command_line_is_checked_as_well() -> None:
    assert refused(port=65536).startswith("PORT=65536 ")


def test_a_value_of_the_env_file_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=9\nUNKNOWN=1\n")
    assert load_settings().port == 9


def test_the_environment_beats_the_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=9\n")
    monkeypatch.setenv("PORT", "10")
    assert load_settings().port == 10


def test_an_env_file_that_is_no_text_is_one_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"PORT=\xff\xfe\n")
    assert refused() == ".env cannot be read: it is not UTF-8 text"


def test_an_empty_value_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    monkeypatch.setenv("DATABASE_URL", "")
    settings = load_settings()
    assert (settings.port, settings.database_url) == (8000, None)


def test_lists_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_ORIGINS", "https://A.example, http://localhost:3000 ,")
    assert load_settings().cors_origins == ("https://a.example", "http://localhost:3000")


def test_rate_limits_are_rules_by_operation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATE_LIMIT_LOGIN", "off")
    monkeypatch.setenv("RATE_LIMIT_REFRESH", "7/5 minutes per account")
    rules = load_settings().rate_limits
    assert rules["login"] == ()
    assert rules["refresh"] == (Rate(7, 300, "account"),)
    assert rules["operations"] == (Rate(6000, 60),)


def test_every_limited_operation_has_a_setting() -> None:
    named = {value for name, value in vars(limits).items() if name.isupper() and isinstance(value, str)}
    assert named - {limits.ADDRESS, limits.ACCOUNT, limits.KEY} == set(load_settings().rate_limits)


def test_secrets_do_not_show_in_the_settings_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE_KEY", "a-very-long-service-key-of-the-tests")
    assert "a-very-long" not in repr(load_settings())


def documented(file: str, pattern: str) -> list[tuple[str, ...]]:
    return re.findall(pattern, (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)


def default_of(name: str) -> str:
    value = Settings.model_fields[name].default
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def test_the_configuration_page_lists_every_setting_with_its_default_and_meaning() -> None:
    rows = documented("docs/configuration.md", r"^\| `([A-Z0-9_]+)` \| (?:none|`(.*?)`) \| (.*) \|$")
    assert sorted(rows) == sorted(
        (name.upper(), default_of(name), field.description or "") for name, field in Settings.model_fields.items()
    )


def test_the_example_file_lists_every_setting_with_its_default() -> None:
    rows = documented(".env.example", r"^# ([A-Z0-9_]+)=(.*)$")
    assert sorted(rows) == sorted((name.upper(), default_of(name)) for name in Settings.model_fields)


def test_the_example_file_as_it_is_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text(encoding="utf-8"))
    assert load_settings() == Settings()


def test_every_line_of_the_example_file_is_accepted(tmp_path: Path) -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    (tmp_path / ".env").write_text(re.sub(r"^# ([A-Z0-9_]+=)", r"\1", example, flags=re.MULTILINE))
    assert load_settings() == Settings()
