"""One planted violation per contract shows that import-linter bites."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("okrmodel", "connectors", "flows", "okrapp", "sandbox")

PLANTED = [
    ("Outer rooms import inner ones", "okrmodel/planted.py", "import flows.edges"),
    ("Outer rooms import inner ones", "connectors/planted.py", "import okrapp.exits"),
    (
        "Inside okrmodel the store stands",
        "okrmodel/definitions/planted.py",
        "import okrmodel.store",
    ),
    ("Inside okrmodel the store stands", "okrmodel/store/planted.py", "import okrmodel.telling"),
    ("The pages know neither", "okrapp/web/planted.py", "import flows.edges"),
    ("The pages know neither", "okrapp/web/planted.py", "import connectors.errors"),
    ("Connectors know neither", "connectors/planted.py", "import okrmodel.store"),
    ("Connectors know neither", "connectors/planted.py", "import flows.edges"),
    ("Connectors do not know", "connectors/sql/planted.py", "import connectors.manual.query"),
    ("The sandbox imports none", "sandbox/planted.py", "import okrmodel.windows"),
    ("Only okrapp imports", "flows/planted.py", "import sandbox.clock"),
    ("okrmodel knows no network", "okrmodel/planted.py", "import requests"),
    ("okrmodel knows no network", "okrmodel/planted.py", "import prefect"),
]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("tree")
    for room in ROOMS:
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", copy)
    return copy


def lint(tree: Path) -> str:
    linter = Path(sys.executable).parent / "lint-imports"
    found = subprocess.run(
        [linter, "--no-cache"],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout + found.stderr


def broken(output: str) -> list[str]:
    return [line for line in output.splitlines() if line.rstrip().endswith("BROKEN")]


def test_the_tree_as_it_is_keeps_every_contract(tree: Path) -> None:
    assert broken(lint(tree)) == []


@pytest.mark.parametrize(("contract", "file", "line"), PLANTED)
def test_a_planted_violation_is_caught(tree: Path, contract: str, file: str, line: str) -> None:
    planted = tree / file
    planted.write_text(line + "\n", encoding="utf-8")
    try:
        assert any(found.startswith(contract) for found in broken(lint(tree)))
    finally:
        planted.unlink()
