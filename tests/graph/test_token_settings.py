from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.accounts.tokens import ExternalAlgorithm, SigningAlgorithm
from graph.settings import Settings, SettingsError, load_settings

if TYPE_CHECKING:
    from pathlib import Path

ISSUER = {
    "EXTERNAL_JWT_ISSUER": "https://issuer.example/",
    "EXTERNAL_JWT_AUDIENCE": "web, mobile",
    "EXTERNAL_JWT_JWKS_URL": "https://issuer.example/jwks.json",
}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def load(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Settings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return load_settings()


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("PASSWORD_HASHING_THREADS", "0", "1"),
        ("JWT_ALGORITHM", "none", "'HS256', 'RS256', 'ES256' or 'EdDSA'"),
        ("JWT_ALGORITHM", "rs256", "'HS256', 'RS256', 'ES256' or 'EdDSA'"),
        ("ACCESS_TOKEN_MINUTES", "0", "1"),
        ("ACCESS_TOKEN_MINUTES", "1441", "1440"),
        ("EXTERNAL_JWT_ALGORITHMS", "HS256", "'RS256'"),
        ("EXTERNAL_JWT_ALGORITHMS", "RS256,none", "'RS256'"),
        ("EXTERNAL_JWT_ALGORITHMS", ",", "RS256"),
        ("EXTERNAL_JWT_JWKS_URL", "http://issuer.example/jwks.json", "https://issuer.example"),
        ("EXTERNAL_JWT_JWKS_URL", "http://127.0.0.1.issuer.example/", "https://issuer.example"),
        ("EXTERNAL_JWT_JWKS_URL", "file:///etc/passwd", "https://issuer.example"),
        ("EXTERNAL_JWT_JWKS_URL", "https://me:secret@issuer.example/", "https://issuer.example"),
        ("EXTERNAL_JWT_JWKS_URL", "https://[::1", "https://issuer.example"),
        ("EXTERNAL_JWT_CLAIMS", "x-user-id=sub", "JSON object"),
        ("EXTERNAL_JWT_CLAIMS", "[" * 100_000, "JSON object"),
        ("EXTERNAL_JWT_CLAIMS", '["sub"]', "dictionary"),
        ("EXTERNAL_JWT_CLAIMS", '{"x-user-id": 1}', "string"),
        ("EXTERNAL_JWT_CLAIMS", '{"X-User-Id": "sub"}', "x-company-id"),
        ("EXTERNAL_JWT_CLAIMS", '{"x-role": "role"}', "x-company-id"),
        ("EXTERNAL_JWT_CLAIMS", '{"x-user-id": "a..b"}', "names with dots"),
        ("EXTERNAL_JWT_DEFAULT_ROLE", "Editor!", "the name of a role"),
    ],
)
def test_a_wrong_value_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, accepted: str
) -> None:
    with pytest.raises(SettingsError) as refusal:
        load(monkeypatch, **{name: value})

    assert str(refusal.value).count("\n") == 0
    assert str(refusal.value).startswith(f"{name}=")
    assert accepted in str(refusal.value)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"EXTERNAL_JWT_AUDIENCE": ""}, "needs EXTERNAL_JWT_AUDIENCE and EXTERNAL_JWT_JWKS_URL"),
        ({"EXTERNAL_JWT_JWKS_URL": ""}, "needs EXTERNAL_JWT_AUDIENCE and EXTERNAL_JWT_JWKS_URL"),
        ({"JWT_ISSUER": "https://issuer.example/"}, "have to differ"),
        ({"EXTERNAL_JWT_DEFAULT_ROLE": "superadmin"}, "EXTERNAL_JWT_TRUST_ROLES"),
    ],
)
def test_an_external_issuer_is_set_up_whole_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], told: str
) -> None:
    with pytest.raises(SettingsError, match=told):
        load(monkeypatch, **(ISSUER | changes))


def test_a_whole_external_issuer_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    claims = """{"x-user-id": "'https://hasura.io/jwt/claims'.x-hasura-user-id", "roles": "groups"}"""
    settings = load(
        monkeypatch, **ISSUER, EXTERNAL_JWT_ALGORITHMS="ES256, EdDSA", EXTERNAL_JWT_CLAIMS=claims, JWT_ALGORITHM="EdDSA"
    )
    expected: dict[str, Any] = {
        "external_jwt_audience": ("web", "mobile"),
        "external_jwt_algorithms": (ExternalAlgorithm.ES256, ExternalAlgorithm.EDDSA),
        "external_jwt_claims": {"x-user-id": "'https://hasura.io/jwt/claims'.x-hasura-user-id", "roles": "groups"},
        "jwt_algorithm": SigningAlgorithm.EDDSA,
    }

    assert {name: getattr(settings, name) for name in expected} == expected


@pytest.mark.parametrize("address", ["http://localhost:9/jwks", "http://127.0.0.1/jwks", "http://[::1]:9/jwks"])
def test_keys_may_come_from_the_loopback_without_tls(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    assert load(monkeypatch, EXTERNAL_JWT_JWKS_URL=address).external_jwt_jwks_url == address
