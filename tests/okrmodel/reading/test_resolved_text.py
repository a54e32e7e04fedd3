"""What is printed as resolved reads as a config of its own, and says where each value is from."""

import re
import string
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from okrmodel.reading import Reading, read_company, resolved_text, workspaces
from okrmodel.reading.company import Places
from okrmodel.reading.yaml_text import Document, read_yaml
from tests.config.catalogue import CONNECTORS as INSTALLED
from tests.okrmodel.reading.agency import agency
from tests.okrmodel.reading.pretend import CONNECTORS

CONFIG = Path(__file__).parents[3] / "config"
SHIPPED = [
    CONFIG,
    *(folder for one in (CONFIG / "examples").iterdir() for folder in workspaces(one)),
]


def written(reading: Reading, folder: Path, inside: str = "") -> Path:
    """The printed text as files."""
    text = "\n".join(resolved_text(reading.places))
    for name, content in re.findall(
        r"^--- # (\S+)\n(.*?)(?=^--- |\Z)", text, re.MULTILINE | re.DOTALL
    ):
        file = folder / name.removeprefix(inside)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, "utf-8")
    return folder


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda one: one.relative_to(CONFIG).as_posix())
def test_it_reads_as_the_same_company_without_a_library(folder: Path, tmp_path: Path) -> None:
    reading = read_company(folder, INSTALLED)
    plain = read_company(written(reading, tmp_path / "plain"), INSTALLED)
    assert plain.company == reading.company
    assert plain.company is not None


def test_a_clients_templates_are_gone_from_it(tmp_path: Path) -> None:
    folder = agency(tmp_path)
    reading = read_company(folder, CONNECTORS, shown_from=tmp_path)
    plain = written(reading, tmp_path / "plain", "clients/acorn/")
    assert "use:" not in "".join(file.read_text("utf-8") for file in plain.rglob("*.yaml"))
    assert read_company(plain, CONNECTORS).company == reading.company


def test_each_value_has_the_line_that_it_comes_from(tmp_path: Path) -> None:
    reading = read_company(agency(tmp_path), CONNECTORS, shown_from=tmp_path)
    lines = [re.sub(" +# ", " # ", line) for line in resolved_text(reading.places)]
    metrics = lines.index("--- # clients/acorn/metrics.yaml")
    assert lines[metrics:] == [
        "--- # clients/acorn/metrics.yaml",
        "metrics: # clients/acorn/metrics.yaml:1",
        "  sold: # clients/acorn/metrics.yaml:2",
        "    name: Sold # library/shop.yaml:7",
        "    connection: shop # clients/acorn/metrics.yaml:4",
        "    query: # library/shop.yaml:9",
        "      count: sold # library/shop.yaml:4",
        "--- # clients/acorn/okrs/2026-Q4.yaml",
        "cycle: 2026-Q4 # clients/acorn/okrs/2026-Q4.yaml:1",
        "objectives: # clients/acorn/okrs/2026-Q4.yaml:2",
        "  - id: shop # clients/acorn/okrs/2026-Q4.yaml:3",
        "    title: Improve the shop # clients/acorn/okrs/2026-Q4.yaml:4",
        "    owner: ola # clients/acorn/okrs/2026-Q4.yaml:5",
        "    key_results: # clients/acorn/okrs/2026-Q4.yaml:6",
        "      - id: sold # clients/acorn/okrs/2026-Q4.yaml:7",
        "        title: Sell 100 # library/shop.yaml:17",
        "        metric: sold # library/shop.yaml:18",
        "        target: 100 # clients/acorn/okrs/2026-Q4.yaml:7",
        "        direction: increase # library/shop.yaml:15",
    ]


texts = st.text(max_size=12) | st.sampled_from(
    ["no", "012", "12:30", "~", "", " x ", "a: b", "a #b", "- a", "=x", "${X}", "2026-10-31", "1e3",
     "'", '"', "é\n\tü", "{a}", "[a", "*a", "&a", "!a", "%a", "@a", "null", "true", "..."]
)  # fmt: skip
scalars = (
    st.none() | st.booleans() | texts | st.integers(-(10**30), 10**30)
    | st.decimals(places=3, allow_nan=False, allow_infinity=False, min_value=-10**9, max_value=10**9)
)  # fmt: skip
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=15,
)


@given(trees.filter(lambda tree: tree is not None))
def test_whatever_is_printed_is_read_back(content: Any) -> None:
    places = Places({"a.yaml": Document("a.yaml", content)}, {}, "")
    text = "\n".join(resolved_text(places))
    document, problems = read_yaml(text, "a.yaml")
    assert problems == []
    assert document.content == content
    assert repr(document.content) == repr(content)


@given(st.lists(st.text(string.printable, max_size=8)))
def test_other_readers_of_yaml_can_parse_it(content: list[str]) -> None:
    places = Places({"a.yaml": Document("a.yaml", content)}, {}, "")
    text = "\n".join(resolved_text(places))
    # What a plain `2026-13-32` is, they decide later.
    assert yaml.load(text, yaml.BaseLoader) == content


def test_a_number_keeps_its_digits() -> None:
    places = Places({"a.yaml": Document("a.yaml", {"a": Decimal("1.20")})}, {}, "")
    assert "a: 1.20 # a.yaml:1" in list(resolved_text(places))
