"""Words that make no sense are answered kindly: exit code 2, what was wrong, where to read on."""

from pathlib import Path

import pytest

from tests.okrapp.conftest import Okr

WRONG = {
    "statsu": ('Unknown command "statsu"', 'Did you mean "status"', "See okr --help"),
    "status --as-of 22.11.2026": ("--as-of", '"22.11.2026"', "date", "See okr status --help"),
    "status --output xml": ('"xml"', '"table", "json", "csv"', "See okr status --help"),
    "status --colour": ("--colour", "See okr status --help"),
    "status somewhere": ('"somewhere" is one word too many', "See okr status --help"),
    "backfill": ("--from is missing", "See okr backfill --help"),
    "backfill --from 2026-10-01": ("--to is missing", "See okr backfill --help"),
    "backfill --from 2026-10-02 --to 2026-10-01": ("--to 2026-10-01 lies before",),
    "lint --output yaml": ('"yaml"', "See okr lint --help"),
    "init place --timezone Europe/Warsa": ('did you mean "Europe/Warsaw"',),
    "init place --currency euro": ("'euro'", "such as EUR"),
    "init place --portal mine": ("--portal", '"mine"'),
    "sandbox --contacts many": ("--contacts", '"many"'),
    "deploy": ("PREFECT_API_URL",),
    "schema one two": ('"two" is one word too many',),
}


@pytest.mark.parametrize("words", WRONG)
def test_wrong_words_are_told_apart(
    okr: Okr, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = okr(*words.split())
    assert ended.code == 2
    assert ended.out == ""
    for part in WRONG[words]:
        assert part in ended.err
    assert "Traceback" not in ended.err
    assert not list(tmp_path.iterdir()), "nothing was written"


@pytest.mark.parametrize("command", ["status", "lint", "doctor", "sync"])
def test_without_a_config_the_remedies_are_named(
    okr: Okr, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = okr(command)
    assert ended.code == 2
    assert f"no workspace.yaml in {tmp_path} or any folder above it" in ended.err
    assert "okr init" in ended.err
    assert "--config" in ended.err


def test_a_config_that_is_named_is_not_looked_for_above(okr: Okr, config: Path) -> None:
    inside = config / "okrs"
    ended = okr("status", "--config", inside)
    assert ended.code == 2
    assert f"no workspace.yaml in {inside};" in ended.err


def test_an_environment_that_names_no_config_is_told_like_an_option(
    okr: Okr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKR_CONFIG", str(tmp_path / "nowhere"))
    ended = okr("lint")
    assert ended.code == 2
    assert str(tmp_path / "nowhere") in ended.err
    assert "OKR_CONFIG" in ended.err


def test_an_unknown_workspace_is_answered_with_those_that_there_are(okr: Okr, config: Path) -> None:
    ended = okr("status", "--config", config, "-w", "pretned")
    assert ended.code == 2
    assert "no workspace 'pretned'" in ended.err
    assert 'did you mean "pretend"' in ended.err


def test_an_unknown_cycle_is_told(okr: Okr, config: Path) -> None:
    ended = okr("status", "--config", config, "--cycle", "2026-Q9")
    assert ended.code == 2
    assert "no cycle '2026-Q9' in okrs/; did you mean \"2026-Q4\"?" in ended.err


def test_a_day_before_every_cycle_is_answered_with_the_first(okr: Okr, config: Path) -> None:
    ended = okr("status", "--config", config, "--as-of", "2020-01-01")
    assert ended.code == 2
    first = "the first, 2026-Q4, begins on 2026-10-01"
    assert ended.err == f"no cycle in okrs/ has begun by 2020-01-01; {first}\n"


def test_an_unknown_key_result_is_answered_with_the_nearest(okr: Okr, config: Path) -> None:
    days = ("--from", "2026-10-01", "--to", "2026-10-02")
    ended = okr("backfill", "--config", config, *days, "--key-result", "mqlz")
    assert ended.code == 2
    assert 'did you mean "mqls"' in ended.err
    assert ended.out == ""


def test_days_without_a_cycle_cannot_be_backfilled(okr: Okr, config: Path) -> None:
    ended = okr("backfill", "--config", config, "--from", "2020-01-01", "--to", "2020-01-02")
    assert ended.code == 2
    assert "no cycle in okrs/ has a day in 2020-01-01 to 2020-01-02" in ended.err


@pytest.mark.parametrize(
    "words", ["sync --as-of 2026-11-24", "backfill --from 2026-11-01 --to 2026-11-24"]
)
def test_a_day_that_has_not_begun_cannot_be_recorded(okr: Okr, config: Path, words: str) -> None:
    ended = okr(*words.split(), "--config", config)
    assert ended.code == 2
    assert "2026-11-24 lies ahead: today is 2026-11-23 in Europe/Warsaw" in ended.err
    assert ended.out == ""


def test_no_word_at_all_is_no_mistake(okr: Okr) -> None:
    assert okr().code == 0
