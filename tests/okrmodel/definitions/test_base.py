from datetime import UTC, date, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from okrmodel.definitions.base import Day, Instant
from okrmodel.secrets import SecretRef, looks_secret, redacted


@pytest.mark.parametrize("raw", ["2026-10-31", date(2026, 10, 31)])
def test_a_day_is_written_in_one_way(raw: object) -> None:
    assert TypeAdapter(Day).validate_python(raw) == date(2026, 10, 31)


@pytest.mark.parametrize(
    "raw",
    [20261031, 0, "20261031", "2026-W44-6", "2026-10-31T00:00:00", "2026-13-01", None, True,
     datetime(2026, 10, 31, tzinfo=UTC)],
)  # fmt: skip
def test_nothing_else_is_a_day(raw: object) -> None:
    with pytest.raises(ValidationError, match="2026-10-31"):
        TypeAdapter(Day).validate_python(raw)


def test_an_instant_has_an_offset() -> None:
    read = TypeAdapter(Instant).validate_python("2026-11-23T04:00:00+01:00")
    assert read == datetime(2026, 11, 23, 3, tzinfo=UTC)
    for raw in ("2026-11-23T04:00:00", 1795402800, True, None):
        with pytest.raises(ValidationError):
            TypeAdapter(Instant).validate_python(raw)


@pytest.mark.parametrize("text", ["${TOKEN}", "${file:/run/secrets/token}", "${prefect:crm-token}"])
def test_a_reference_to_a_secret_comes_back_as_written(text: str) -> None:
    assert str(SecretRef.parse(text)) == text
    assert not looks_secret(text)


@pytest.mark.parametrize(
    "secret",
    [
        "pat-na1-0a1b2c3d-1111-2222-3333-444455556666",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
        "AKIAIOSFODNN7EXAMPLE",
        "AIzaSyA1234567890abcdefghijklmnopqrstuv",
        "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
        "xoxb-123456789012-abcdefghijkl",
        "-----BEGIN RSA PRIVATE KEY-----",
        "Authorization: Bearer abcdefghijklmnopqrstuvwxyz",
        "postgresql://okr:hunter2@db.example/crm",
    ],
)
def test_known_forms_of_secrets_are_recognised_and_redacted(secret: str) -> None:
    assert looks_secret(f"x: {secret} # y")
    assert secret not in redacted(f"x: {secret} # y")


@pytest.mark.parametrize(
    "text",
    [
        "https://api.hubapi.com/crm/v3",
        "postgresql://okr@db.example/crm",
        "postgresql://okr:${DB_PASSWORD}@db.example/crm",
        "bearer of bad news",
        "path-na1-of-the-file",
        "${HUBSPOT_TOKEN}",
        "at 12:30 ola@acorn.example",
    ],
)
def test_ordinary_text_is_no_secret(text: str) -> None:
    assert not looks_secret(text)
