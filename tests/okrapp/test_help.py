"""The help teaches: what there is, in which order, with lines to type."""

import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from okrapp.guide import ABOUT, COMMANDS, EXIT_CODES, Command
from tests.okrapp.conftest import Okr

NAMES = [command.name for command in COMMANDS]
FIRST = list(dict.fromkeys(name.partition(" ")[0] for name in NAMES))


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def test_the_list_has_every_command_in_the_order_of_a_first_day(okr: Okr) -> None:
    for words in (["--help"], ["-h"], []):
        shown = okr(*words)
        assert shown.code == 0
        places = [shown.out.index(f"│ {name} ") for name in FIRST]
        assert places == sorted(places)
        assert EXIT_CODES in shown.out
        assert "okr demo" in shown.out.partition("Start")[0]


def test_the_list_has_every_file_of_the_commands_folder() -> None:
    folder = Path(import_module("okrapp.commands").__file__ or "").parent
    functions = {command.module for command in COMMANDS}
    assert {file.stem for file in folder.glob("*.py")} - {"__init__"} == functions


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_each_commands_help_says_what_it_does_with_a_line_to_type(
    okr: Okr, command: Command
) -> None:
    name = command.name
    shown = okr(*name.split(), "--help")
    assert shown.code == 0
    assert f"Usage: okr {name}" in shown.out
    assert re.search(rf"^  (\S+=\S+ )?okr {name}\b", shown.out, re.MULTILINE)
    assert EXIT_CODES in shown.out


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_the_list_and_the_code_say_the_same_of_a_command(command: Command) -> None:
    module = import_module(f"okrapp.commands.{command.module}")
    function = getattr(module, command.function)
    assert (function.__doc__ or "").splitlines()[0] == command.summary


@pytest.mark.parametrize("name", NAMES)
def test_every_option_is_explained_and_none_can_be_given_without_its_name(
    okr: Okr, name: str
) -> None:
    lines = [
        line for line in okr(*name.split(), "--help").out.splitlines() if re.search(r"│.* --", line)
    ]
    for line in lines:
        assert re.search(r"--[a-z0-9-]+( -w| -z)?( [A-Z.]+)?  +\S", line), f"{line!r} says nothing"
        assert not re.match(r"│ +\*? *[A-Z_]+ --", line), f"{line!r} also goes without its name"


def test_no_help_speaks_of_how_it_is_made(okr: Okr) -> None:
    pages = [okr(*name.split(), "--help").out for name in NAMES]
    for word in ("composition", "pydantic", "SQLAlchemy", "dataclass", "callback", "fingerprint"):
        assert not any(word.lower() in page.lower() for page in pages), word


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_example_lines_use_options_that_there_are(okr: Okr, command: Command) -> None:
    page = okr(*command.name.split(), "--help").out.partition("Parameters")[2]
    for example in command.examples:
        if f"okr {command.name}" in example:
            for option in re.findall(r" (--?[a-z-]+)", example):
                assert f"{option} " in page, example


def test_help_fits_a_narrow_terminal(okr: Okr, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("", *NAMES):
        for line in okr(*filter(None, [name]), "--help").out.splitlines():
            assert len(line) <= 80, line


def test_the_version_is_that_of_the_project(okr: Okr) -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    assert okr("--version").out.strip() == project["project"]["version"]


def test_the_front_page_names_the_two_ways_to_begin() -> None:
    assert "okr demo" in ABOUT
    assert "okr init" in ABOUT
