"""`okr lint --output sarif|github` and `--explain`: for code scanning, pull requests, and readers."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrapp.annotations import as_annotation
from okrapp.sarif import as_sarif
from okrmodel.lint.pages import PAGES, as_markdown
from okrmodel.problems import Place, Problem, Severity
from tests.flows.scene import rewrite
from tests.okrapp.conftest import Okr

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}, "markdown": {"type": "string"}}, "additionalProperties": False}  # fmt: skip
LEVEL = {"enum": ["none", "note", "warning", "error"]}
POSITIVE = {"type": "integer", "minimum": 1}


def closed(required: list[str], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": False,
    }


def several(items: dict[str, Any], least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least}


RULE = closed(
    ["id"],
    id={"type": "string"},
    shortDescription=TEXT,
    fullDescription=TEXT,
    help=TEXT,
    defaultConfiguration=closed(["level"], level=LEVEL),
)
LOCATION = closed(
    ["physicalLocation"],
    physicalLocation=closed(
        ["artifactLocation", "region"],
        artifactLocation=closed(
            ["uri", "uriBaseId"], uri={"type": "string"}, uriBaseId={"const": "%SRCROOT%"}
        ),
        region=closed(["startLine", "startColumn"], startLine=POSITIVE, startColumn=POSITIVE),
    ),
)
RESULT = closed(
    ["ruleId", "ruleIndex", "level", "message", "locations"],
    ruleId={"type": "string"},
    ruleIndex={"type": "integer", "minimum": 0},
    level=LEVEL,
    message=TEXT,
    locations=several(LOCATION, 1),
)
DRIVER = closed(
    ["name", "version", "rules"],
    name={"const": "okr lint"},
    version={"type": "string"},
    rules=several(RULE),
)
RUN = closed(
    ["tool", "results"],
    tool=closed(["driver"], driver=DRIVER),
    originalUriBaseIds={
        "type": "object",
        "additionalProperties": closed(["uri"], uri={"type": "string", "pattern": "^file:///.*/$"}),
    },
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results=several(RESULT),
)
SARIF = closed(
    ["version", "runs"],
    **{"$schema": {"type": "string"}, "version": {"const": "2.1.0"}, "runs": several(RUN, 1)},
)  # fmt: skip
"""What SARIF 2.1.0 asks of the parts that we write; its own schema allows more."""


def sound(log: dict[str, Any]) -> list[dict[str, Any]]:
    """The results of a log that holds together."""
    jsonschema.Draft7Validator(SARIF).validate(log)
    [run] = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
    assert {result["ruleId"] for result in run["results"]} == set(rules)
    found: list[dict[str, Any]] = run["results"]
    return found


def where(result: dict[str, Any]) -> tuple[str, int, int]:
    place = result["locations"][0]["physicalLocation"]
    region = place["region"]
    return place["artifactLocation"]["uri"], region["startLine"], region["startColumn"]


@pytest.fixture
def faulty(config: Path) -> Path:
    """An error and a warning."""
    rewrite(
        config / "okrs/2026-Q4.yaml",
        {"metric: mqls,": "metrik: mqls,", "title: Grow\n": "title: Growth\n"},
    )
    return config


def test_code_scanning_gets_sarif(okr: Okr, faulty: Path) -> None:
    ended = okr("lint", "--config", faulty, "--output", "sarif")
    assert ended.code == 1
    results = sound(json.loads(ended.out))
    assert [(r["ruleId"], r["level"]) for r in results] == [
        ("objective-verb", "warning"),
        ("unknown-key", "error"),
    ]
    assert [where(r) for r in results] == [
        ("okrs/2026-Q4.yaml", 4, 12),
        ("okrs/2026-Q4.yaml", 7, 38),
    ]


def test_a_config_without_problems_is_sound_sarif_too(okr: Okr, config: Path) -> None:
    ended = okr("lint", "--config", config, "--output", "sarif")
    assert ended.code == 0
    assert sound(json.loads(ended.out)) == []


def test_files_are_named_from_the_repository(okr: Okr, faulty: Path) -> None:
    (faulty.parent / ".git").mkdir()
    log = json.loads(okr("lint", "--config", faulty, "--output", "sarif").out)
    assert {where(result)[0] for result in sound(log)} == {"config/okrs/2026-Q4.yaml"}
    [base] = log["runs"][0]["originalUriBaseIds"].values()
    assert base["uri"] == faulty.parent.as_uri() + "/"
    told = okr("lint", "--config", faulty, "--output", "github").out
    assert all("file=config/okrs/2026-Q4.yaml," in line for line in told.splitlines())


def test_a_pull_request_gets_commands(okr: Okr, faulty: Path) -> None:
    ended = okr("lint", "--config", faulty, "--output", "github")
    assert ended.code == 1
    warning, error = ended.out.splitlines()
    assert warning.startswith(
        "::warning file=okrs/2026-Q4.yaml,line=4,col=12,title=objective-verb::objective"
    )
    assert error.startswith(
        "::error file=okrs/2026-Q4.yaml,line=7,col=38,title=unknown-key::unknown key"
    )


def test_commands_are_escaped_as_github_reads_them() -> None:
    place = Place("okrs/a,b:c%.yaml", 3, 4)
    problem = Problem(place, "50% of it: a, b\r\nand more", "x", Severity.WARNING)
    assert as_annotation(problem) == (
        "::warning file=okrs/a%2Cb%3Ac%25.yaml,line=3,col=4,title=x::50%25 of it: a, b%0D%0Aand more"
    )


@given(st.text(), st.text(min_size=1))
def test_any_message_is_one_command(message: str, file: str) -> None:
    told = as_annotation(Problem(Place(file), message, "x"))
    assert "\n" not in told
    assert "\r" not in told
    head, _, shown = told.removeprefix("::error ").partition("::")
    pairs = [pair.partition("=") for pair in head.split(",")]
    assert [name for name, _, _ in pairs] == ["file", "line", "col", "title"]
    assert (unescaped(pairs[0][2]), unescaped(shown)) == (file, message)


def unescaped(text: str) -> str:
    for escaped, meant in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(escaped, meant)
    return text


codes = st.sampled_from([*PAGES, "not-in-the-manual", "another"])
problems = st.builds(
    Problem,
    st.builds(
        Place,
        st.text(min_size=1).filter(lambda t: t.encode("utf-8", "ignore").decode() == t),
        st.integers(1, 99),
        st.integers(1, 99),
    ),
    st.text(min_size=1),
    codes,
    st.sampled_from(Severity),
)


@given(st.lists(problems, max_size=8))
def test_any_problems_are_sound_sarif(found: list[Problem]) -> None:
    results = sound(as_sarif(found, Path("/some/root")))
    assert [(unquote(where(r)[0]), r["message"]["text"]) for r in results] == [
        (problem.place.file, problem.message) for problem in found
    ]


def test_table_and_text_are_the_same(okr: Okr, faulty: Path) -> None:
    text = okr("lint", "--config", faulty)
    assert okr("lint", "--config", faulty, "--output", "table") == text
    assert okr("lint", "--config", faulty, "--output", "text") == text


def test_every_code_is_explained_without_a_config(
    okr: Okr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for code, page in PAGES.items():
        ended = okr("lint", "--explain", code)
        assert (ended.code, ended.err) == (0, "")
        assert ended.out == f"{code} ({page.severity})\n\n{page.manual}\n"
    assert okr("lint", "--explain", "all").out == as_markdown(PAGES.values())


def test_an_unknown_code_is_wrong_usage_with_a_hint(okr: Okr) -> None:
    ended = okr("lint", "--explain", "no-owners")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == 'unknown code "no-owners"; did you mean "no-owner"?\n'


def test_a_files_name_is_written_as_an_address() -> None:
    [result] = sound(as_sarif([Problem(Place("okrs/50% ä b.yaml"), "m", "no-owner")], Path("/a b")))
    assert where(result) == ("okrs/50%25%20%C3%A4%20b.yaml", 1, 1)
