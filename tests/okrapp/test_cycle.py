"""`okr cycle new`: a file that passes lint, and what to decide in it."""

import shutil
from pathlib import Path

import pytest
import yaml

from tests.okrapp.conftest import Okr

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return shutil.copytree(CONFIG, tmp_path / "config")


def test_the_next_cycle_passes_lint_and_so_does_the_one_after_it(okr: Okr, root: Path) -> None:
    ended = okr("cycle", "new", "--from", "2026-Q4", "--config", root)
    assert (ended.code, ended.err) == (0, "")
    assert "wrote okrs/2027-Q1.yaml: 2027-01-01 to 2027-03-31, from 2026-Q4" in ended.out
    assert "okrs/2027-Q1.yaml:11  mqls: target 280; previous is what 2026-Q4 comes to" in ended.out
    assert okr("cycle", "new", "--from", "2027-Q1", "--config", root).code == 0
    assert okr("lint", "--config", root).out.endswith("0 errors, 0 warnings\n")
    last = yaml.safe_load((root / "okrs" / "2027-Q2.yaml").read_text("utf-8"))
    [todo] = last["objectives"][0]["actions"]
    assert str(todo["due"]) == "2027-06-04"
    assert "# open since 2026-Q4\n" in (root / "okrs" / "2027-Q2.yaml").read_text("utf-8")


@pytest.mark.parametrize("name", ["hubspot-only", "http-json", "sql-and-csv"])
def test_every_example_goes_on(okr: Okr, tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(CONFIG / "examples" / name, tmp_path / name)
    [file] = (folder / "okrs").glob("*.yaml")
    assert okr("cycle", "new", "--from", file.stem, "--config", folder).code == 0
    assert "0 errors" in okr("lint", "--config", folder).out


def test_each_client_gets_its_own(okr: Okr, root: Path) -> None:
    agency = root / "examples" / "agency"
    (agency / "clients" / "cedar" / "okrs" / "2027-Q1.yaml").write_text(
        "cycle: 2027-Q1\nobjectives: []\n", "utf-8"
    )
    ended = okr("cycle", "new", "--from", "2026-Q4", "--config", agency)
    assert ended.code == 1
    assert "wrote clients/birch/okrs/2027-Q1.yaml" in ended.out
    assert ended.err == "cedar: there is a cycle 2027-Q1 already; nothing was written\n"


def test_what_cannot_be_is_told(okr: Okr, root: Path) -> None:
    ended = okr("cycle", "new", "--from", "2026-Q3", "--config", root)
    assert (ended.code, ended.err) == (2, 'no cycle "2026-Q3" in okrs/; did you mean "2026-Q4"?\n')
    ended = okr("cycle", "new", "--from", "2026-Q4", "--cycle", "2026-Q3", "--config", root)
    assert "2026-Q3 starts on 2026-07-01, before 2026-Q4 ends on 2026-12-31" in ended.err
    (root / "okrs" / "2027-Q1.yml").write_text("cycle: later\nobjectives: []\n", "utf-8")
    assert okr("cycle", "new", "--from", "2026-Q4", "--config", root).code == 1
    assert not (root / "okrs" / "2027-Q1.yaml").exists()


def test_a_file_that_lint_would_refuse_is_not_written(okr: Okr, root: Path) -> None:
    """Another cycle has its days."""
    ended = okr("cycle", "new", "--from", "2026-Q4", "--config", root, "--cycle", "later")
    assert ended.code == 0, ended.err
    file = root / "okrs" / "2027-Q1.yaml"
    taken = root / "okrs" / "taken.yaml"
    (root / "okrs" / "later.yaml").unlink()
    taken.write_text("cycle: { id: taken, starts: 2027-02-01, ends: 2027-02-02 }\n", "utf-8")
    ended = okr("cycle", "new", "--from", "2026-Q4", "--config", root)
    assert ended.code == 1
    assert "cycle taken starts on 2027-02-01, before cycle 2027-Q1 ends" in ended.err
    assert ended.err.endswith("okrs/2027-Q1.yaml was not written.\n")
    assert not file.exists()
