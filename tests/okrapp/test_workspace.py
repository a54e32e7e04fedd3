"""`okr workspace`: a client comes, rests, goes on, leaves, and is deleted."""

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import text

from flows.places import find_places
from okrmodel.store import Store
from okrmodel.store.publications import published
from okrmodel.store.purge import tombstone
from okrmodel.store.tables import Row
from tests.flows.scene import Scene, rewrite
from tests.okrapp.conftest import Okr

AGENCY = Path(__file__).parents[2] / "config" / "examples" / "agency"
TODAY = "2026-11-23"  # of the pretend company


@pytest.fixture
def agency(tmp_path: Path) -> Path:
    return shutil.copytree(AGENCY, tmp_path / "agency")


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What a person types at a terminal, line by line."""
    lines: list[str] = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: lines.pop(0))
    yield lines
    assert lines == []


# A new client.


def test_a_new_client_has_files_that_pass_lint_and_is_told_what_it_lacks(
    okr: Okr, agency: Path
) -> None:
    words = ("--name", 'Oak "&" Sons', "--timezone", "Europe/Paris", "--currency", "EUR")
    connect = ("--connect", "hubspot:12345678:TOKEN_OAK")
    ended = okr("workspace", "add", "oak", *words, *connect, "--config", agency)
    assert ended.code == 1
    assert "the secret ${TOKEN_OAK} is not set or empty" in ended.out
    assert "set the environment variable TOKEN_OAK" in ended.out
    assert ended.err.endswith("The files are kept; put it right, then: okr doctor -w oak\n")
    checked = okr("lint", "--config", agency)
    assert checked.out.endswith("3 workspaces in " + str(agency) + ": 0 errors, 0 warnings\n")
    first = (agency / "clients" / "oak" / "okrs").glob("*.yaml")
    assert "$schema=../../../okrs.schema.json\n" in next(first).read_text("utf-8")
    assert (agency / "okrs.schema.json").is_file()


def test_what_nobody_answers_is_not_written(okr: Okr, agency: Path) -> None:
    """With GA4 alone there is no metric of HubSpot's, and no key result on one."""
    words = ("--name", "Oak", "-z", "UTC", "--connect", "ga4:7:file:secrets/oak.json")
    okr("workspace", "add", "oak", *words, "--config", agency)
    folder = agency / "clients" / "oak"
    metrics = (folder / "metrics.yaml").read_text("utf-8")
    assert ("active_users:" in metrics, "mqls:" in metrics) == (True, False)
    assert "credentials: ${file:secrets/oak.json}" in (folder / "workspace.yaml").read_text()
    assert "0 errors, 1 warning;" in okr("lint", "--config", agency, "-w", "oak").out


def test_a_client_that_nothing_is_connected_to_is_well(okr: Okr, tmp_path: Path) -> None:
    """And it may be an agency's first."""
    root = tmp_path / "new"
    root.mkdir()
    ended = okr("workspace", "add", "elm", "--name", "Elm", "-z", "UTC", "--config", root)
    assert ended.code == 0, ended.err
    assert "okr sync -w elm" in ended.out
    assert "1 workspace in" in okr("lint", "--config", root).out
    assert okr("lint", "--config", root).out.count("warning:") == 1


def test_connections_are_asked_for_and_secrets_are_not(
    okr: Okr, agency: Path, typed: list[str]
) -> None:
    secret = "pat-eu1-12345678-never-to-be-seen"
    typed += ["hubspt", "hubspot", "12", secret, "hubspot", "12", "TOKEN_OAK", ""]
    ended = okr("workspace", "add", "oak", "--name", "Oak", "-z", "UTC", "--config", agency)
    assert "no connector 'hubspt'" in ended.out
    assert "Never give the secret itself" in ended.out
    assert secret not in ended.out + ended.err
    written = (agency / "clients" / "oak" / "workspace.yaml").read_text("utf-8")
    assert "token: ${TOKEN_OAK}" in written
    assert secret not in written


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("birch",), "there is a workspace birch already"),
        (("Oak",), "'Oak' is no id"),
        (("oak", "--connect", "hubspot:abc:X"), "'abc' is no account of hubspot"),
        (("oak", "--connect", "hubspo:1:X"), 'did you mean "hubspot"?'),
        (("oak", "--connect", "hubspot:1:X", "--connect", "hubspot:2:Y"), "connected once"),
        (("oak", "--timezone", "Europe/Pari"), 'did you mean "Europe/Paris"?'),
    ],
)
def test_what_cannot_be_added_leaves_nothing(
    okr: Okr, agency: Path, words: tuple[str, ...], told: str
) -> None:
    before = sorted(agency.rglob("*"))
    zone = () if "--timezone" in words else ("--timezone", "UTC")
    ended = okr("workspace", "add", *words, "--name", "X", *zone, "--config", agency)
    assert (ended.code, told in ended.err) == (2, True), ended.err
    assert sorted(agency.rglob("*")) == before


def test_one_company_is_no_agency(okr: Okr, told: Scene) -> None:
    ended = okr("workspace", "add", "oak", "--name", "Oak", "-z", "UTC")
    assert (ended.code, "clients/<id>/" in ended.err) == (2, True)


# A pause.


def test_a_paused_workspace_rests_and_goes_on(okr: Okr, told: Scene) -> None:
    file = told.root / "workspace.yaml"
    before = file.read_bytes()
    ended = okr("workspace", "pause", "pretend", "--reason", 'No "budget": yet')
    assert (ended.code, ended.out) == (
        0,
        f"pretend is paused since {TODAY}; okr workspace resume pretend goes on with it.\n",
    )
    line = f'paused: {{ since: {TODAY}, reason: "No \\"budget\\": yet" }}\n'
    assert file.read_bytes() == before.replace(b"company\n", b"company\n" + line.encode(), 1)
    assert okr("lint").code == 0

    why = f'paused since {TODAY} (No "budget": yet)'
    assert f"P{why[1:]}." in okr("status").out
    calls = told.requests
    skipped = okr("sync", "--output", "json")
    assert (skipped.code, json.loads(skipped.out)) == (0, [])
    assert skipped.err == f"pretend: {why}; left alone\n"
    named = okr("sync", "-w", "pretend")
    assert (named.code, named.err) == (
        2,
        f"workspace pretend is {why}; okr workspace resume pretend goes on with it\n",
    )
    back = ("--from", "2026-11-20", "--to", "2026-11-20")
    assert okr("backfill", *back, "-w", "pretend").code == 2
    assert okr("backfill", *back).code == 0
    assert told.requests == calls
    assert okr("workspace", "pause", "pretend").code == 2

    assert okr("workspace", "resume", "pretend").code == 0
    assert file.read_bytes() == before
    assert okr("sync", "-w", "pretend").code == 0
    assert okr("workspace", "resume", "pretend").code == 2


def test_nobody_is_told_to_sync_what_rests(okr: Okr, agency: Path) -> None:
    assert okr("workspace", "pause", "birch", "--config", agency).code == 0
    assert "never recorded\nPaused since" in okr("status", "-w", "birch", "--config", agency).out
    assert "; run okr sync" in okr("status", "-w", "cedar", "--config", agency).out


def test_the_short_form_and_line_ends_and_comments_stay(okr: Okr, told: Scene) -> None:
    file = told.root / "workspace.yaml"
    text_ = file.read_text("utf-8").replace("\n", "\r\n") + "paused: true # for now\r\n# The end."
    file.write_bytes(text_.encode())
    assert "Paused." in okr("status").out
    assert okr("workspace", "resume", "pretend").code == 0
    assert file.read_bytes() == text_.replace("paused: true # for now\r\n", "").encode()
    assert okr("workspace", "pause", "pretend").code == 0
    assert f"company\r\npaused: {{ since: {TODAY} }}\r\n".encode() in file.read_bytes()


def test_a_file_that_cannot_be_edited_says_so(okr: Okr, agency: Path) -> None:
    file = agency / "clients" / "birch" / "workspace.yaml"
    file.write_text("{id: birch, name: Birch, timezone: UTC,\n connections: {}}\n", "utf-8")
    (agency / "clients" / "birch" / "metrics.yaml").unlink()
    shutil.rmtree(agency / "clients" / "birch" / "okrs")
    ended = okr("workspace", "pause", "birch", "--config", agency)
    assert ended.code == 1
    assert "has to be changed by hand" in ended.err
    assert file.read_text("utf-8").startswith("{id: birch, name: Birch, timezone: UTC,\n conn")


# Leaving.


def test_a_client_that_left_is_not_examined_nor_given_a_new_cycle(okr: Okr, agency: Path) -> None:
    assert okr("workspace", "leave", "birch", "--yes", "--config", agency).code == 0
    assert "birch" not in okr("doctor", "--config", agency).out
    named = okr("doctor", "--config", agency, "-w", "birch")
    assert (named.code, "it was forgotten when the workspace was left on" in named.out) == (1, True)
    ended = okr("cycle", "new", "--from", "2026-Q4", "--config", agency)
    assert (ended.code, "birch" in ended.out) == (0, False)


@pytest.fixture
def ended_cycle(told: Scene) -> Scene:
    """A cycle of the scene is over: it ended on the last recorded day."""
    rewrite(
        told.root / "okrs" / "2026-Q4.yaml",
        {"cycle: 2026-Q4": "cycle: { id: 2026-Q4, starts: 2026-10-01, ends: 2026-11-22 }"},
    )
    return told


def test_leaving_freezes_exports_and_forgets(okr: Okr, ended_cycle: Scene) -> None:
    root = ended_cycle.root
    calls = ended_cycle.requests
    ended = okr("workspace", "leave", "pretend", "--yes")
    assert ended.code == 0, ended.err
    assert "2026-Q4 is frozen by run" in ended.err
    assert "Delete the environment variable HUBSPOT_TOKEN, and withdraw" in ended.out
    assert ended_cycle.requests == calls

    written = (root / "workspace.yaml").read_text("utf-8")
    assert f"company\nleft: {TODAY}\n" in written
    assert f"token: ${{forgotten:{TODAY}}}\n" in written
    assert "HUBSPOT_TOKEN" not in written
    assert okr("lint").code == 0
    assert f"Left on {TODAY}." in okr("status").out
    assert okr("sync").code == 0
    named = okr("sync", "-w", "pretend")
    assert (named.code, "gets a workspace of its own" in named.err) == (2, True)
    assert okr("explain", "mqls").code == 0
    assert okr("freeze", "--verify").code == 0
    assert okr("workspace", "leave", "pretend", "--yes").code == 2
    paused = okr("workspace", "pause", "pretend")
    assert (paused.code, paused.err) == (2, f"workspace pretend was left on {TODAY}, for good\n")
    assert okr("workspace", "resume", "pretend").code == 2


def lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_the_export_has_all_that_is_remembered(okr: Okr, ended_cycle: Scene) -> None:
    assert okr("workspace", "leave", "pretend", "--yes").code == 0
    folder = ended_cycle.root / "left" / f"pretend-{TODAY}"
    assert sorted(f.relative_to(folder).as_posix() for f in folder.rglob("*.*")) == [
        "definitions.jsonl",
        "frozen.json",
        "observations.jsonl",
        "publications.jsonl",
        "runs.jsonl",
        "snapshots/2026-Q4.csv",
        "snapshots/2026-Q4.json",
    ]
    with Store.open(ended_cycle.place.store) as store, store.asking() as connection:
        tables = (
            "snapshot",
            "definition",
            "observation",
            "run",
            "publication",
            "frozen_cycle",
            "check",
        )
        counts = {
            name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()
            for name in tables
        }
    snapshots = json.loads((folder / "snapshots" / "2026-Q4.json").read_text("utf-8"))
    with (folder / "snapshots" / "2026-Q4.csv").open(newline="") as opened:
        table = list(csv.DictReader(opened))
    answers = lines(folder / "observations.jsonl")
    reads = [read for answer in answers for read in cast(list[object], answer["checks"])]
    assert counts == {
        "snapshot": len(snapshots),
        "definition": len(lines(folder / "definitions.jsonl")),
        "observation": len(answers),
        "run": len(lines(folder / "runs.jsonl")),
        "publication": len(lines(folder / "publications.jsonl")),
        "frozen_cycle": len(json.loads((folder / "frozen.json").read_text("utf-8"))),
        "check": len(reads),
    }
    assert len(table) == len(snapshots)
    of = {(s["key_result"], s["as_of"], s["revision"]): s for s in snapshots}
    for row in table:
        one = of[row["key_result"], row["as_of"], int(row["revision"])]
        assert (row["value"] or None) == one["value"] == one["payload"]["value"]
    assert all(answer["evidence"] for answer in answers)


def test_a_cycle_that_goes_on_is_told(okr: Okr, told: Scene) -> None:
    ended = okr("workspace", "leave", "pretend", "--yes")
    assert ended.code == 0
    assert "2026-Q4 is not frozen: 2026-Q4 ends on 2026-12-31" in ended.out


def test_nobody_leaves_by_mistake(okr: Okr, told: Scene, typed: list[str]) -> None:
    before = (told.root / "workspace.yaml").read_bytes()
    typed.append("no")
    ended = okr("workspace", "leave", "pretend")
    assert (ended.code, ended.err) == (1, "Nothing was done.\n")
    assert (told.root / "workspace.yaml").read_bytes() == before
    assert not (told.root / "left").exists()
    typed.append("yes")
    assert okr("workspace", "leave", "pretend").code == 0


def test_a_script_has_to_say_yes(okr: Okr, told: Scene) -> None:
    ended = okr("workspace", "leave", "pretend")
    assert (ended.code, "--yes" in ended.err) == (2, True)


def test_an_export_that_is_there_is_not_overwritten(okr: Okr, told: Scene) -> None:
    folder = told.root / "left" / f"pretend-{TODAY}"
    folder.mkdir(parents=True)
    before = (told.root / "workspace.yaml").read_bytes()
    ended = okr("workspace", "leave", "pretend", "--yes")
    assert (ended.code, "move it away" in ended.err) == (1, True)
    assert (told.root / "workspace.yaml").read_bytes() == before
    assert [*folder.iterdir()] == []


def test_a_secret_that_others_use_is_kept(okr: Okr, agency: Path) -> None:
    own = "${file:/run/secrets/birch-hubspot}"
    rewrite(agency / "clients" / "cedar" / "workspace.yaml", {"timezone:": f"# {own}\ntimezone:"})
    ended = okr("workspace", "leave", "birch", "--yes", "--config", agency)
    assert ended.code == 0, ended.err
    assert "Keep the file /run/secrets/birch-hubspot: cedar uses it, too." in ended.out
    assert "Nothing was ever recorded, so nothing is exported." in ended.out


# Deleting.


def test_purge_comes_after_leave_and_deletes_all(okr: Okr, told: Scene) -> None:
    ended = okr("workspace", "purge", "pretend", "--yes")
    assert (ended.code, "okr workspace leave pretend comes first" in ended.err) == (2, True)
    assert okr("workspace", "leave", "pretend", "--yes").code == 0
    ended = okr("workspace", "purge", "pretend")
    assert (ended.code, "--yes" in ended.err) == (2, True)
    ended = okr("workspace", "purge", "pretend", "--yes")
    assert ended.code == 0, ended.err
    assert f"left/pretend-{TODAY}/" in ended.out
    with Store.open(told.place.store) as store:
        stone = tombstone(store, "pretend")
        assert stone
        assert stone.digest in ended.out
        assert f"{stone.rows['snapshot_uses']} of snapshot_uses" in ended.out
        with store.asking() as connection:
            for table in {*Row.metadata.tables} - {"tombstone"}:
                found = connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()
                assert found == 0, table
    assert ", never recorded\n" in okr("status").out, "and nobody is told to sync it"
    again = okr("workspace", "purge", "pretend", "--yes")
    assert (again.code, "its id is nobody's any more" in again.err) == (1, True)


def test_a_purged_id_is_not_synced_even_when_the_file_says_otherwise(okr: Okr, told: Scene) -> None:
    before = (told.root / "workspace.yaml").read_bytes()
    assert okr("workspace", "leave", "pretend", "--yes").code == 0
    assert okr("workspace", "purge", "pretend", "--yes").code == 0
    (told.root / "workspace.yaml").write_bytes(before)
    ended = okr("sync")
    assert (ended.code, "A client that comes back gets a new id." in ended.err) == (1, True)


def test_a_purged_id_is_not_given_to_anybody_else(okr: Okr, agency: Path) -> None:
    [birch] = find_places(agency, "birch")
    with Store.open(birch.store) as store, store.recording("birch"):
        pass
    for step in ("leave", "purge"):
        assert okr("workspace", step, "birch", "--yes", "--config", agency).code == 0
    shutil.rmtree(birch.folder)
    ended = okr("workspace", "add", "birch", "--name", "B", "-z", "UTC", "--config", agency)
    assert (ended.code, "birch was purged on" in ended.err) == (2, True)


# What readers are told.


def said_to_readers(scene: Scene) -> str | None:
    with scene.asking() as store:
        words = published(store, "pretend")
    return words.rests if words else None


def test_readers_are_told_that_a_workspace_rests_and_goes_on(okr: Okr, told: Scene) -> None:
    """No night would tell them: it leaves the workspace alone."""
    assert said_to_readers(told) == ""
    assert okr("workspace", "pause", "pretend", "--reason", "a new CRM").code == 0
    assert said_to_readers(told) == f"paused since {TODAY} (a new CRM)"
    assert okr("workspace", "resume", "pretend").code == 0
    assert said_to_readers(told) == ""
    assert okr("workspace", "leave", "pretend", "--yes").code == 0
    assert said_to_readers(told) == f"left on {TODAY}"


def test_pausing_what_was_never_recorded_makes_no_store(okr: Okr, config: Path) -> None:
    (config / "okr.db").unlink()
    assert okr("workspace", "pause", "pretend", "--config", config).code == 0
    assert not (config / "okr.db").exists()
