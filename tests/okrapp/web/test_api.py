"""The JSON API and the downloads say what the command line says, and nothing to whom may not see it."""

import csv
import json
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator

from okrapp.web.app import pages_app
from okrapp.web.site import Seen
from okrmodel.store.store import Store, wall_clock
from tests.flows.scene import Scene
from tests.okrapp.conftest import Okr
from tests.okrapp.web.asking import ask

API = "/api/v1"
CYCLE = f"{API}/workspaces/pretend/cycles/2026-Q4"
SHEET = "/w/pretend/c/2026-Q4"


def test_it_says_what_okr_status_says(pages: FastAPI, okr: Okr) -> None:
    assert ask(pages, f"{CYCLE}/key-results").json() == okr("status", "--output", "json").rows


def test_an_earlier_day_and_an_earlier_moment(pages: FastAPI, told: Scene, okr: Okr) -> None:
    before = "2026-11-21"
    assert (
        ask(pages, f"{CYCLE}/key-results?as_of={before}").json()
        == okr("status", "--as-of", before, "--output", "json").rows
    )
    long_ago = ask(pages, f"{CYCLE}/key-results?known_at=2026-10-01T00:00:00").json()
    assert {row["status"] for row in long_ago} == {"no_data"}
    assert {row["value"] for row in long_ago} == {None}


def test_one_key_result_is_its_row(pages: FastAPI) -> None:
    every = ask(pages, f"{CYCLE}/key-results").json()
    assert [ask(pages, f"{CYCLE}/key-results/{row['key_result']}").json() for row in every] == every


def test_day_by_day(pages: FastAPI, told: Scene) -> None:
    found = ask(pages, f"{CYCLE}/key-results/mqls/days").json()
    stored = told.told()["mqls"]
    assert [row["as_of"] for row in found] == ["2026-11-20", "2026-11-21", "2026-11-22"]
    assert [row["value"] for row in found] == [
        str(revision.snapshot.value) for revision in stored.values()
    ]


def test_what_changed_is_what_okr_history_says(pages: FastAPI, told: Scene, okr: Okr) -> None:
    assert ask(pages, f"{CYCLE}/key-results/sessions/changes").json() == []
    told.move_to(told.sandbox.clock.now() + timedelta(days=3))
    told.sync()
    found = ask(pages, f"{CYCLE}/key-results/sessions/changes").json()
    assert "confirmation" in {row["kind"] for row in found}
    assert found == okr("history", "sessions", "--output", "json").rows


def test_runs_with_their_parts(pages: FastAPI) -> None:
    [run] = ask(pages, f"{API}/workspaces/pretend/runs").json()
    assert run["kind"] == "backfill"
    whole = ask(pages, f"{API}/workspaces/pretend/runs/{run['id']}").json()
    parts = whole.pop("outcomes")
    assert whole == run
    assert {(part["subject"], part["result"]) for part in parts} == {
        ("connection", "ok"),
        ("key_result", "ok"),
    }
    assert sum(part["calls"] for part in parts) > 0


@pytest.mark.parametrize(
    "path",
    [
        "/workspaces",
        "/standings",
        "/workspaces/pretend",
        "/workspaces/pretend/cycles/2026-Q4/key-results",
        "/workspaces/pretend/cycles/2026-Q4/key-results/{key_result}",
        "/workspaces/pretend/cycles/2026-Q4/key-results/{key_result}/days",
        "/workspaces/pretend/runs",
        "/workspaces/pretend/runs/{run_id}",
    ],
)
def test_answers_are_as_openapi_says(pages: FastAPI, path: str) -> None:
    told = ask(pages, f"{API}/openapi.json").json()
    given = path.replace("{key_result}", "mqls").replace("{run_id}", "1")
    named = path.replace("pretend", "{workspace}").replace("2026-Q4", "{cycle}")
    described = told["paths"][named]["get"]["responses"]["200"]["content"]["application/json"]
    whole = described["schema"] | {"components": told["components"]}
    Draft202012Validator(whole).validate(ask(pages, f"{API}{given}").json())


def test_it_only_reads(pages: FastAPI) -> None:
    told = ask(pages, f"{API}/openapi.json").json()
    assert {method for path in told["paths"].values() for method in path} == {"get"}
    assert ask(pages, f"{API}/workspaces", "DELETE").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        f"{API}/workspaces/nobody",
        f"{API}/workspaces/pretend/cycles/2030-Q1/key-results",
        f"{CYCLE}/key-results/nothing",
        f"{CYCLE}/key-results/nothing/days",
        f"{CYCLE}/key-results/nothing/changes",
        f"{API}/workspaces/pretend/runs/999",
        f"{API}/nothing",
        f"{SHEET}/nothing.csv",
        "/w/nobody/c/2026-Q4.json",
        "/w/nobody/runs.csv",
    ],
)
def test_what_is_not_there(pages: FastAPI, path: str) -> None:
    assert ask(pages, path).status_code == 404


@pytest.mark.parametrize("asked", ["as_of=yesterday", "known_at=2026-13-01T00:00:00", "as_of=1"])
def test_what_cannot_be_read_is_told(pages: FastAPI, asked: str) -> None:
    answer = ask(pages, f"{CYCLE}/key-results?{asked}")
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["where"] == ["query", asked.partition("=")[0]]


def test_another_workspace_is_not_there(store: Store) -> None:
    pages = Seen(pages_app(store, wall_clock), frozenset({"another"}))
    every = [
        f"{API}/workspaces/pretend",
        f"{CYCLE}/key-results",
        f"{CYCLE}/key-results/mqls",
        f"{CYCLE}/key-results/mqls/days",
        f"{CYCLE}/key-results/mqls/changes",
        f"{API}/workspaces/pretend/runs",
        f"{API}/workspaces/pretend/runs/1",
        "/w/pretend",
        SHEET,
        f"{SHEET}.csv",
        f"{SHEET}/mqls.json",
        "/w/pretend/runs.csv",
    ]
    assert {path: ask(pages, path).status_code for path in every} == dict.fromkeys(every, 404)
    for every_one in (f"{API}/workspaces", f"{API}/standings", "/workspaces.json", "/runs.json"):
        assert ask(pages, every_one).json() == []


def _rows(text: str) -> list[dict[str, Any]]:
    return list(csv.DictReader(StringIO(text)))


def test_a_sheet_as_a_file_is_as_okr_export_writes_it(pages: FastAPI, okr: Okr) -> None:
    for form in ("csv", "json"):
        answer = ask(pages, f"{SHEET}.{form}")
        assert answer.text == okr("export", "--output", form).out
        assert answer.headers["content-disposition"].endswith(f'"okr-pretend-2026-Q4.{form}"')


def test_days_and_runs_as_files(pages: FastAPI) -> None:
    days = ask(pages, f"{SHEET}/mqls.json").json()
    assert days == ask(pages, f"{CYCLE}/key-results/mqls/days").json()
    assert [row["value"] for row in _rows(ask(pages, f"{SHEET}/mqls.csv").text)] == [
        row["value"] for row in days
    ]
    [run] = _rows(ask(pages, "/w/pretend/runs.csv").text)
    assert json.loads(run["parameters"])["from"] == date(2026, 11, 20).isoformat()


def test_all_workspaces_and_all_runs_as_files(pages: FastAPI) -> None:
    [standing] = ask(pages, "/workspaces.json").json()
    assert [standing] == ask(pages, f"{API}/standings").json()
    judged = [standing[key] for key in ("on_course", "at_risk", "off_track", "no_verdict")]
    assert sum(judged) == len(ask(pages, f"{CYCLE}/key-results").json())
    [row] = _rows(ask(pages, "/workspaces.csv").text)
    assert (row["workspace"], row["through"]) == ("pretend", standing["through"])
    assert ask(pages, "/runs.json").json() == ask(pages, "/w/pretend/runs.json").json()
