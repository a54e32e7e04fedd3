"""A library's own problems, and whom they keep from going on."""

from pathlib import Path

import pytest

from okrmodel.reading import read_company, read_library
from tests.okrmodel.reading.agency import LIBRARY, agency, told
from tests.okrmodel.reading.pretend import CONNECTORS, METRICS, OKRS


def problems(root: Path, library: str) -> list[str]:
    agency(root, library=library)
    return [str(problem) for problem in read_library(root).every_problem]


def test_a_good_library_has_no_problems(tmp_path: Path) -> None:
    assert problems(tmp_path, LIBRARY) == []


def test_without_a_library_there_is_nothing_to_tell(tmp_path: Path) -> None:
    assert read_library(tmp_path).every_problem == ()


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("default: sold", "default: 5", "4:36", 'the default of parameter "what" of template "counted" is 5, expected text: "5" in quotes'),
        ("{ type: text,", "{ type: txt,", "4:21", 'did you mean "text"?'),
        ("{ type: day, default: ~ }", "{ type: day, default: soon }", "14:33", "expected a day such as"),
        ("default: increase", "default: incraese", "15:74", 'did you mean "increase"?'),
        (", choices: [increase, decrease]", "", "15:18", "expected choices with the type choice"),
        ("type: number", "type: number, choices: [a]", "13:15", "and with no other"),
        ("=what", "=waht", "9:23", 'unknown parameter "waht" in template "counted"; did you mean "what"?'),
        ("=Sell {target}", "=Sell {traget}", "17:14", 'unknown parameter "traget"'),
        ("=Sell {target}", "=Sell 5", "17:14", "begins with = and names no parameter"),
        ("name: Sold", "nmae: Sold", "7:7", 'unknown key "nmae" in template "counted"; did you mean "name"?'),
        ("due: =by", "note: none", "14:7", 'nothing in template "sell" stands for its parameter "by"'),
        ("target: =target", "target: 100", "13:7", '"target" is a parameter and a key of template "sell"'),
        ("name: Sold", "use: other", "7:7", 'template "counted" uses a template itself'),
        ("parameters:\n      what", "parameters:\n      use: { type: text }\n      what", "4:7", '"use" names the template'),
        ("    metric:\n", "    metrik:\n", "6:5", 'unknown key "metrik" in template "counted"; did you mean "metric"?'),
        ("key_results:", "key_result:", "10:1", 'unknown key "key_result" in the library\'s file'),
        ("  counted:", "  Counted One:", "2:3", 'key "Counted One" in "metrics" of the library\'s file'),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_template_is_told_before_anybody_uses_it(
    tmp_path: Path, old: str, new: str, place: str, words: str
) -> None:
    found = problems(tmp_path, LIBRARY.replace(old, new, 1))
    assert any(
        line.startswith(f"library/shop.yaml:{place}: error: ") and words in line for line in found
    ), found


def test_a_name_that_two_templates_have_is_nobodys(tmp_path: Path) -> None:
    folder = agency(tmp_path)
    (tmp_path / "library" / "web.yaml").write_text(LIBRARY.partition("key_results")[0], "utf-8")
    [problem] = told(folder)
    assert problem.startswith(
        'library/web.yaml:2:3: error: template "counted" (library/shop.yaml:2) has this name already'
    )


def test_a_wrong_template_keeps_its_users_from_going_on_and_no_others(tmp_path: Path) -> None:
    folder = agency(tmp_path, library=LIBRARY.replace("=what", "=waht"))
    other = agency(tmp_path / "x", metrics=METRICS, okrs=OKRS)
    assert [line.partition(" error")[0] for line in told(folder)] == [
        "library/shop.yaml:4:7:",
        "library/shop.yaml:9:23:",
    ]
    assert read_company(folder, CONNECTORS).company is None
    assert read_company(other, CONNECTORS).company is not None


@pytest.mark.parametrize(
    ("library", "words"),
    [
        ("metrics: {\n", "[bad-yaml]"),
        ("metrics: 5\n", '"metrics" of the library\'s file is 5, expected a mapping'),
        (f"{LIBRARY}# pat-na1-0a1b2c3d-1111-2222-3333-444455556666\n", "[plain-secret]"),
        (LIBRARY.replace("default: sold", "default: no"), "[ambiguous-value]"),
    ],
)
def test_who_uses_a_file_that_cannot_be_read_is_told_of_the_file(
    tmp_path: Path, library: str, words: str
) -> None:
    found = told(agency(tmp_path, library=library))
    assert found
    assert all(line.startswith("library/shop.yaml:") for line in found)
    assert any(words in line for line in found)


def test_templates_may_be_in_any_file_of_the_library(tmp_path: Path) -> None:
    folder = agency(tmp_path)
    metrics, _, key_results = LIBRARY.partition("key_results")
    (tmp_path / "library" / "shop.yaml").write_text(metrics, "utf-8")
    (tmp_path / "library" / "web").mkdir()
    (tmp_path / "library" / "web" / "a.yml").write_text(f"key_results{key_results}", "utf-8")
    assert told(folder) == []


def test_a_company_of_its_own_may_have_a_library_too(tmp_path: Path) -> None:
    folder = agency(tmp_path).rename(tmp_path / "own")
    (tmp_path / "library").rename(folder / "library")
    assert read_company(folder, CONNECTORS).company is not None
