"""`okr lint`: every problem with file, line and column, for people, editors and programs."""

import csv
import io
from pathlib import Path

import pytest

from tests.flows.scene import rewrite
from tests.okrapp.conftest import Okr

AGENCY = Path(__file__).parents[2] / "config/examples/agency"


@pytest.fixture
def broken(config: Path) -> Path:
    rewrite(config / "okrs/2026-Q4.yaml", {"metric: mqls,": "metrik: mqls,"})
    return config


def test_a_good_config_is_told_so(okr: Okr, config: Path) -> None:
    ended = okr("lint", "--config", config)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == f"1 workspace in {config}: 0 errors, 0 warnings\n"


def test_an_error_ends_with_1_and_its_place(okr: Okr, broken: Path) -> None:
    ended = okr("lint", "--config", broken)
    assert ended.code == 1
    first, line, caret, *_ = ended.out.splitlines()
    assert first.startswith("okrs/2026-Q4.yaml:7:38: error: ")
    assert line[4:][37:].startswith("metrik")
    assert caret.index("^") == 4 + 37


def test_lines_are_never_wrapped_for_editors_to_find(
    okr: Okr, broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = okr("lint", "--config", broken).out
    monkeypatch.setenv("COLUMNS", "30")
    assert okr("lint", "--config", broken).out == wide


def test_programs_get_the_same_as_json_and_csv(okr: Okr, broken: Path) -> None:
    told = okr("lint", "--config", broken, "--output", "json")
    assert told.code == 1
    first = told.rows[0]
    assert (first["file"], first["line"], first["column"]) == ("okrs/2026-Q4.yaml", 7, 38)
    listed = okr("lint", "--config", broken, "--output", "csv")
    assert listed.code == 1
    assert [row["code"] for row in csv.DictReader(io.StringIO(listed.out))] == [
        problem["code"] for problem in told.rows
    ]


def test_a_config_that_cannot_be_read_is_a_problem_and_no_traceback(okr: Okr, config: Path) -> None:
    (config / "metrics.yaml").write_bytes(b"metrics: \xff")
    ended = okr("lint", "--config", config)
    assert ended.code == 1
    assert ended.out.startswith("metrics.yaml:1:10: error: the file is not UTF-8")
    (config / "metrics.yaml").unlink()
    (config / "metrics.yaml").mkdir()
    ended = okr("lint", "--config", config)
    assert ended.code == 1
    assert "metrics.yaml:1:1: error: the file cannot be read: Is a directory" in ended.out


def test_an_agency_is_checked_at_once_and_one_client_alone(okr: Okr) -> None:
    every = okr("lint", "--config", AGENCY)
    assert every.code == 0
    assert "2 workspaces" in every.out
    one = okr("lint", "--config", AGENCY, "-w", "cedar")
    assert "1 workspace in" in one.out


def test_lint_needs_no_store_and_no_secret(okr: Okr, config: Path) -> None:
    (config / "okr.db").unlink()
    assert okr("lint", "--config", config).code == 0
    assert not (config / "okr.db").exists()
