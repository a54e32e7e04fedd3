"""`okr viewer`: who may read the pages, added, listed and taken out, without a secret on disk."""

import io
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from okrapp.commands import viewer
from okrapp.web.passwords import token_digest
from okrmodel.reading.viewers_file import VIEWERS_FILE, read_viewers
from tests.okrapp.conftest import Ended, Okr
from tests.okrapp.web.agency import (
    PASSWORD,
    cheap_passwords,
    let_in,
    published_agency,
    root,
    with_token,
)

__all__ = ["published_agency", "root"]

pytestmark = pytest.mark.usefixtures(cheap_passwords.__name__)

Viewer = Callable[..., Ended]


@pytest.fixture
def run(okr: Okr, root: Path, monkeypatch: pytest.MonkeyPatch) -> Viewer:
    """Runs `okr viewer`, with something on standard input."""

    def call(*words: str, typed: str = f"{PASSWORD}\n") -> Ended:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        return okr("viewer", *words, "--config", root)

    return call


def test_a_password_is_read_from_a_pipe_and_only_its_digest_is_kept(
    run: Viewer, root: Path
) -> None:
    ended = run("add", "ewa", "-w", "birch", "-w", "cedar")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "wrote viewers.yaml: ewa may see birch, cedar\n"
    text = (root / VIEWERS_FILE).read_text("utf-8")
    assert re.search(
        r'^  ewa: \{ password: "scrypt\$17\$8\$1\$[\w-]{22}\$[\w-]{43}", workspaces: \[birch, cedar\] \}$',
        text,
        re.MULTILINE,
    )
    assert text.startswith("# Who may read the pages of okr serve.")
    assert PASSWORD not in text
    assert not list(root.glob(".*")), "nothing is left beside it"


def test_on_a_terminal_it_is_asked_for_twice(
    run: Viewer, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    asked: list[str] = []
    answers = [PASSWORD, PASSWORD + "!", PASSWORD, PASSWORD]

    def getpass(prompt: str) -> str:
        asked.append(prompt)
        return answers.pop(0)

    monkeypatch.setattr(viewer, "getpass", getpass)
    monkeypatch.setattr(io, "StringIO", Terminal)
    ended = run("add", "ewa", "--all")
    assert ended.code == 2
    assert "the two are not the same" in ended.err
    assert not (root / VIEWERS_FILE).exists()
    assert run("add", "ewa", "--all").code == 0
    assert asked == ["Password for ewa: ", "The same again: "] * 2


def test_a_token_is_shown_once_alone_on_standard_output(run: Viewer, root: Path) -> None:
    ended = run("add", "wall", "-w", "birch", "--token", typed="")
    token = ended.out.strip()
    assert re.fullmatch(r"[\w-]{43}", token)
    text = (root / VIEWERS_FILE).read_text("utf-8")
    assert token not in text
    assert token not in ended.err
    assert read_viewers(root, None).admissions["wall"].token == token_digest(token)


def test_what_is_there_stays_as_it_is_written(run: Viewer, root: Path) -> None:
    let_in(root, wall=with_token("all"))
    file = root / VIEWERS_FILE
    before = f"# Ours.\n{file.read_text('utf-8')}  # The end.\n"
    file.write_text(before, "utf-8")
    file.chmod(0o600)
    assert run("add", "ewa", "--all").code == 0
    after = file.read_text("utf-8")
    assert [
        line for line in after.splitlines() if not line.startswith("  ewa:")
    ] == before.splitlines()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert run("remove", "ewa").code == 0
    assert file.read_text("utf-8") == before


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        ("ewa", PASSWORD, "say what may be seen: -w ID for each workspace, or --all"),
        ("ewa --all -w birch", PASSWORD, "say what may be seen"),
        ("ewa -w brich", PASSWORD, "no workspace 'brich'"),
        ("Ewa --all", PASSWORD, "'Ewa' is no name"),
        ("../ewa --all", PASSWORD, "is no name"),
        ("wall --all", PASSWORD, "okr viewer remove wall comes first"),
        ("ewa --all", "", "expected a password of 12 to 1024 characters"),
        ("ewa --all", "short", "expected a password of 12 to 1024 characters"),
        ("ewa --all", "x" * 1025, "expected a password of 12 to 1024 characters"),
        ("ewa --all", "abababababababab", "guessed first"),
        ("ewa --all", "Ewa-and-2026-and-all", "guessed first"),
        ("ewa --all", "a lone \udcff among words", "not UTF-8"),
    ],
)
def test_what_makes_no_viewer_is_told_and_nothing_is_written(
    run: Viewer, root: Path, words: str, typed: str, said: str
) -> None:
    let_in(root, wall=with_token("all"))
    before = (root / VIEWERS_FILE).read_bytes()
    ended = run("add", *words.split(), typed=typed)
    assert ended.code == 2
    assert said in ended.err
    assert not typed or typed not in ended.err
    assert (root / VIEWERS_FILE).read_bytes() == before


def test_the_list_says_who_and_to_what_and_shows_no_digest(run: Viewer, root: Path) -> None:
    assert "Nobody" in run("list").err
    run("add", "ewa", "--all")
    run("add", "acme", "-w", "birch", "--token")
    shown = run("list")
    assert shown.code == 0
    assert [line.split() for line in shown.out.splitlines()[1:]] == [
        ["ewa", "a", "password", "all", "workspaces"],
        ["acme", "a", "token", "birch"],
    ]
    rows = run("list", "--output", "json").rows
    assert [row["name"] for row in rows] == ["ewa", "acme"]
    assert "$" not in shown.out + str(rows)


def test_the_list_tells_what_is_wrong_with_the_file(run: Viewer, root: Path) -> None:
    let_in(root, wall=with_token("[brich]"))
    shown = run("list")
    assert shown.code == 1
    assert "viewers.yaml:2:" in shown.err
    assert '"brich"' in shown.err
    assert "sha256" not in shown.err


def test_a_list_that_cannot_be_read_is_not_called_empty(run: Viewer, root: Path) -> None:
    assert "Nobody: okr serve shows the pages on this machine only" in run("list").err
    (root / VIEWERS_FILE).write_text("viewers: [", "utf-8")
    shown = run("list")
    assert shown.code == 1
    assert "Nobody" not in shown.err


def test_nobody_is_taken_out_who_is_not_in(run: Viewer, root: Path) -> None:
    let_in(root, wall=with_token("all"))
    ended = run("remove", "wal")
    assert ended.code == 2
    assert 'nobody is called "wal" in viewers.yaml; did you mean "wall"?' in ended.err


def test_who_is_written_wrongly_can_be_taken_out_too(run: Viewer, root: Path) -> None:
    let_in(root, wall="token: plain, workspaces: all")
    assert run("remove", "wall").code == 0
    assert read_viewers(root, None).names == frozenset()


def test_okr_lint_tells_of_the_file_of_one_and_of_many_workspaces(okr: Okr, root: Path) -> None:
    let_in(root, wall=with_token("[birch, oak]"))
    for words in ([], ["-w", "cedar"]):
        ended = okr("lint", "--config", root, *words)
        assert ended.code == 1
        assert "viewers.yaml:2:" in ended.out
        assert 'unknown workspace "oak" of viewer "wall"' in ended.out
    let_in(root, wall=with_token("[birch]"))
    assert okr("lint", "--config", root).code == 0
