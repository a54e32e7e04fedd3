"""`okr init` and `okr schema`: what they write is clean, and nothing is overwritten."""

from pathlib import Path

import pytest
import yaml

from tests.okrapp.conftest import Okr

CONFIG = Path(__file__).parents[2] / "config"
NAMES = {
    "Acorn Analytics": "acorn-analytics",
    "no": "no",
    "1999": "1999",
    'The "Best" \\ Company: #1 {ever}': "the-best-company-1-ever",
    "Müller & Söhne GmbH": "muller-sohne-gmbh",
    "株式会社": "company",
    "!!!": "company",
    "@@id@@": "id",
    "x" * 90: "x" * 63,
}


@pytest.mark.parametrize("name", NAMES)
def test_what_init_writes_has_no_problem_whatever_the_name(
    okr: Okr, tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "config"
    words = ("--name", name, "--timezone", "America/New_York", "--currency", "USD")
    ended = okr("init", folder, *words)
    assert (ended.code, ended.err) == (0, "")
    checked = okr("lint", "--config", folder)
    assert checked.out.endswith("0 errors, 0 warnings\n"), checked.out
    assert checked.code == 0
    written = yaml.safe_load((folder / "workspace.yaml").read_text("utf-8"))
    assert written["name"] == name
    assert written["id"] == NAMES[name]
    assert (written["timezone"], written["currency"]) == ("America/New_York", "USD")


def test_init_names_the_next_steps_and_they_work(okr: Okr, tmp_path: Path) -> None:
    ended = okr("init", tmp_path / "here")
    lines = [line.split() for line in ended.out.splitlines() if line.startswith("  okr ")]
    assert [line[1] for line in lines] == ["lint", "doctor"]
    assert okr(*lines[0][1:]).code == 0
    asked = okr(*lines[1][1:])
    assert asked.code == 1
    assert "set the environment variable HUBSPOT_TOKEN" in asked.out


def test_init_overwrites_nothing(okr: Okr, tmp_path: Path) -> None:
    (tmp_path / "metrics.yaml").write_text("mine", "utf-8")
    ended = okr("init", tmp_path)
    assert ended.code == 1
    assert f"{tmp_path / 'metrics.yaml'} exists already; nothing was written" in ended.err
    assert "okr init my-config" in ended.err
    assert [file.name for file in tmp_path.iterdir()] == ["metrics.yaml"]


def test_a_place_that_cannot_be_written_to_is_told(okr: Okr, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = okr("init", tmp_path / "file/config")
    assert ended.code == 1
    assert "Not a directory" in ended.err


def test_the_new_company_can_look_at_its_key_results(okr: Okr, tmp_path: Path) -> None:
    okr("init", tmp_path)
    shown = okr("status", "--config", tmp_path)
    assert shown.code == 0
    assert "never recorded; run okr sync" in shown.out


def test_schema_writes_what_is_committed(okr: Okr, tmp_path: Path) -> None:
    ended = okr("schema", tmp_path)
    assert ended.code == 0
    written = {file.name: file.read_text("utf-8") for file in tmp_path.iterdir()}
    committed = {file.name: file.read_text("utf-8") for file in CONFIG.glob("*.schema.json")}
    assert written == committed
