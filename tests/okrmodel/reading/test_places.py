"""Where words stand in the files, for problems that no reader finds."""

import shutil
from pathlib import Path

import pytest

from connectors.registry import catalogue
from okrmodel.problems import KeyPath
from okrmodel.reading.company import Places, read_company

GOOD = Path(__file__).parents[2] / "config/good"
QUERY = """metrics:
  mqls:
    name: MQLs
    connection: hubspot
    query:
      object: contacts
      entered: mql
      where:
        source: [A, B]
        other: {in: [source, 7]}
"""


@pytest.fixture
def places(tmp_path: Path) -> Places:
    folder = shutil.copytree(GOOD, tmp_path / "good")
    (folder / "metrics.yaml").write_text(QUERY, "utf-8")
    return read_company(folder, catalogue(), shown_from=tmp_path).places


@pytest.mark.parametrize(
    ("path", "word", "place"),
    [
        ((), "source", "9:9"),
        (("where", "source"), "B", "9:21"),
        (("where", "other"), "source", "10:22"),
        (("where", "other"), "7", "10:30"),
        (("entered",), "mql", "7:16"),
        (("where",), "nowhere", "9:9"),
        (("where", "third"), "x", "9:9"),
    ],
)
def test_a_word_is_found_as_key_before_value(
    places: Places, path: KeyPath, word: str, place: str
) -> None:
    query = ("metrics.yaml", "metrics", "mqls", "query")
    assert str(places.word((*query, *path), word)) == f"good/metrics.yaml:{place}"


def test_the_plain_value_at_a_path(places: Places) -> None:
    query = ("metrics.yaml", "metrics", "mqls", "query")
    assert places.content((*query, "entered")) == "mql"
    assert places.content((*query, "where", "source", 1)) == "B"
    assert places.content((*query, "where", "third", "fourth")) is None


def test_a_connection_that_needs_no_writing_stands_at_the_beginning(places: Places) -> None:
    assert str(places.connection("manual")) == "good/workspace.yaml:1:1"
    assert places.connection("hubspot").line > 1
