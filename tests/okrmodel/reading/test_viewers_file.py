"""viewers.yaml: read with places, linted, and without a secret in any message."""

from pathlib import Path

import pytest

from okrmodel.definitions.viewers import Admission
from okrmodel.problems import with_lines
from okrmodel.reading import read_company
from okrmodel.reading.appending import NoRoom
from okrmodel.reading.viewers_file import NOBODY, VIEWERS_FILE, read_viewers
from okrmodel.reading.viewers_text import with_viewer, without_viewer
from tests.config.catalogue import CONNECTORS

PASSWORD = f"scrypt$17$8$1${'a' * 22}${'b' * 43}"
OTHER = f"scrypt$17$8$1${'c' * 22}${'d' * 43}"
TOKEN = f"sha256${'e' * 43}"
GOOD = f"""\
# Who may come in.
viewers:
  ewa: {{ password: "{PASSWORD}", workspaces: all }}  # the head of growth
  acme:
    password: "{OTHER}"
    workspaces: [birch]

  # On the wall of the second floor.
  wall: {{ token: "{TOKEN}", workspaces: [birch, cedar] }}
"""


def told(root: Path, text: str) -> list[str]:
    (root / VIEWERS_FILE).write_text(text, "utf-8")
    return list(with_lines(read_viewers(root, {"birch", "cedar"}).problems, root))


def entry(inside: str) -> str:
    return f"viewers:\n  ewa: {{ {inside} }}\n"


def test_there_need_not_be_one(tmp_path: Path) -> None:
    assert read_viewers(tmp_path, {"birch"}) is NOBODY


def test_who_is_let_in_to_what(tmp_path: Path) -> None:
    assert told(tmp_path, GOOD) == []
    found = read_viewers(tmp_path, {"birch", "cedar"}).admissions
    assert {name: each.workspaces for name, each in found.items()} == {
        "ewa": "all",
        "acme": ("birch",),
        "wall": ("birch", "cedar"),
    }
    assert [each.digest for each in found.values()] == [PASSWORD, OTHER, TOKEN]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            entry("password: hunter2hunter2, workspaces: all"),
            (
                '2:20: error: "password" of viewer "ewa": expected a digest `scrypt$…`, never the'
                " password; okr viewer add makes it [bad-value]"
            ),
        ),
        (
            entry("token: hunter2hunter2, workspaces: all"),
            (
                '2:17: error: "token" of viewer "ewa": expected a digest `sha256$…`, never the token;'
                " okr viewer add --token makes it [bad-value]"
            ),
        ),
        (
            entry(f'password: "{PASSWORD.replace("17", "14")}", workspaces: all'),
            (
                '2:20: error: "password" of viewer "ewa": expected a digest `scrypt$…`, never the'
                " password; okr viewer add makes it [bad-value]"
            ),
        ),
        (
            entry("password: 12345, workspaces: all"),
            (
                '2:20: error: "password" of viewer "ewa": expected a digest `scrypt$…`, never the'
                " password; okr viewer add makes it [bad-value]"
            ),
        ),
        (
            entry("workspaces: all"),
            '2:8: error: viewer "ewa": expected either a password or a token [bad-value]',
        ),
        (
            entry(f'password: "{PASSWORD}", token: "{TOKEN}", workspaces: all'),
            '2:8: error: viewer "ewa": expected either a password or a token [bad-value]',
        ),
        (
            entry(f'password: "{PASSWORD}"'),
            '2:8: error: missing key "workspaces" in viewer "ewa" [missing-key]',
        ),
        (
            entry(f'password: "{PASSWORD}", workspaces: [brich]'),
            (
                'error: unknown workspace "brich" of viewer "ewa"; did you mean "birch"?'
                " [unknown-workspace]"
            ),
        ),
        (
            entry(f'password: "{PASSWORD}", workspaces: []'),
            (
                'error: "workspaces" of viewer "ewa" is an empty list, expected all or at least one'
                " entry [bad-choice]"
            ),
        ),
        (
            GOOD + f'  olga: {{ token: "{TOKEN}", workspaces: all }}\n',
            (
                '10:18: error: viewer "olga" has the secret of viewer "wall", expected one of its own'
                " [shared-secret]"
            ),
        ),
        (
            GOOD + f'  ewa: {{ password: "{OTHER}", workspaces: all }}\n',
            (
                'error: key "ewa" stands here again, expected it once: it first stands on line 3'
                " [duplicate-key]"
            ),
        ),
        (
            GOOD.replace("acme", "Acme"),
            (
                '4:3: error: key "Acme" in the viewers\' file, expected an id of lower-case letters,'
                " digits, - and _ [bad-value]"
            ),
        ),
        ("viewers: [ewa]\n", '1:10: error: "viewers" of the viewers\' file is a list'),
        ("viewer: {}\n", 'error: unknown key "viewer" in the viewers\' file; did you mean'),
        ("viewers: {\n", "[bad-yaml]"),
        (
            GOOD + "# pat-eu1-0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f\n",
            "10:3: error: this looks like a secret in plain text",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, line: str) -> None:
    shown = "\n".join(told(tmp_path, text))
    assert line in shown
    assert "hunter2" not in shown
    assert "0a1b2c3d" not in shown


@pytest.mark.parametrize("wrong", ["password: typed-in-plain, workspaces: all", "workspaces: all"])
def test_a_wrong_entry_lets_nobody_in_and_keeps_nobody_out(tmp_path: Path, wrong: str) -> None:
    told(tmp_path, GOOD + f"  olga: {{ {wrong} }}\n")
    found = read_viewers(tmp_path, None)
    assert set(found.admissions) == {"ewa", "acme", "wall"}
    assert found.names == {"ewa", "acme", "wall", "olga"}


@pytest.mark.parametrize(
    "spoilt", [GOOD + "  ewa: {}\n", GOOD + "viewers: {}\n", GOOD + "\tx", "a: !!str b"]
)
def test_of_a_text_that_nobody_can_trust_nobody_is_let_in(tmp_path: Path, spoilt: str) -> None:
    assert told(tmp_path, spoilt)
    assert read_viewers(tmp_path, None).admissions == {}


def test_a_file_that_cannot_be_read_lets_nobody_in(tmp_path: Path) -> None:
    (tmp_path / VIEWERS_FILE).write_bytes(b"viewers: {} # \xff")
    found = read_viewers(tmp_path, None)
    assert [one.code for one in found.problems] == ["unreadable"]
    assert found.admissions == {}


NEW = Admission.model_validate(
    {"password": f"scrypt$17$8$1${'x' * 22}${'y' * 43}", "workspaces": ["birch"]}
)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.rstrip("\n"),
        GOOD.replace("\n", "\r\n"),
        GOOD + "\n# The end.\n",
        "",
        "# Nobody yet.\n",
        "viewers:\n",
        "viewers:",
        "viewers: {}\n",
        "viewers: {} # none\n",
        "viewers: ~\n",
        "# a\nviewers:\n# b\n",
        GOOD.replace("  ", "    "),
    ],
)
def test_one_more_is_added_and_taken_out_and_all_else_stays(tmp_path: Path, text: str) -> None:
    grown = with_viewer(text, "new-one", NEW)
    assert told(tmp_path, grown) == []
    before = read_viewers(tmp_path, None, instead=text).admissions
    assert read_viewers(tmp_path, None).admissions == {**before, "new-one": NEW}
    kept = [line for line in text.splitlines() if "#" in line]
    assert all(line.partition("#")[2] in grown for line in kept)
    assert ("\r\n" in grown) == ("\r\n" in text)
    shrunk = without_viewer(grown, "new-one")
    assert read_viewers(tmp_path, None, instead=shrunk).admissions == before
    if before:
        assert shrunk.rstrip() == text.rstrip()
    assert without_viewer(text, "new-one") == text


@pytest.mark.parametrize(
    "text",
    [
        f'viewers: {{ ewa: {{ password: "{PASSWORD}", workspaces: all }} }}\n',
        f'{{ viewers: {{ ewa: {{ password: "{PASSWORD}", workspaces: all }}, b: {{ token: "{TOKEN}", workspaces: all }} }} }}\n',
    ],
)
def test_what_stands_in_one_pair_of_braces_is_left_to_its_owner(text: str) -> None:
    with pytest.raises(NoRoom, match="expected a line for each"):
        with_viewer(text, "new-one", NEW)
    if "b:" in text:
        with pytest.raises(NoRoom, match="by hand"):
            without_viewer(text, "ewa")


def test_the_last_one_taken_out_leaves_a_file_that_lets_nobody_in(tmp_path: Path) -> None:
    text = GOOD
    for name in ("acme", "ewa", "wall"):
        text = without_viewer(text, name)
    assert told(tmp_path, text) == []
    assert read_viewers(tmp_path, None).admissions == {}
    assert "# Who may come in." in text


def test_a_workspaces_own_lint_is_none_of_the_files(tmp_path: Path) -> None:
    (tmp_path / VIEWERS_FILE).write_text("viewers: [", "utf-8")
    codes = [one.place.file for one in read_company(tmp_path, CONNECTORS).problems]
    assert VIEWERS_FILE not in codes
