"""`okr site`: the pages as files that lead to one another, whole at every moment."""

import re
from pathlib import Path

import pytest

from okrapp.commands import site as here
from okrapp.web import site as writing
from okrapp.web.site import file_of
from tests.flows.scene import Scene
from tests.okrapp.conftest import Okr

MADE = re.compile(r'(?:href|src|srcset|action|data-chart(?:-dark)?|data-bundle)="([^"#]+)"')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "public"


def test_every_link_leads_to_a_file(told: Scene, okr: Okr, folder: Path) -> None:
    ended = okr("site", folder)
    assert ended.code == 0, ended.err
    pages = sorted(folder.rglob("*.html"))
    assert folder / "w/pretend/c/2026-Q4/mqls/index.html" in pages
    linked = {
        (page.parent / link.replace("&amp;", "&")).resolve()
        for page in pages
        for link in MADE.findall(page.read_text("utf-8"))
    }
    assert len(linked) > len(pages)
    assert [file for file in linked if not file.is_file()] == []
    assert f"Wrote {sum(f.is_file() for f in folder.rglob('*')) - 1} files" in ended.out


def test_they_say_what_is_served_and_ask_nothing_of_a_server(
    told: Scene, okr: Okr, folder: Path
) -> None:
    okr("site", folder)
    overview = (folder / "w/pretend/c/2026-Q4/index.html").read_text("utf-8")
    assert "A small pretend company" in overview
    assert 'method="post"' not in overview
    assert (folder / "w/pretend/c/2026-Q4.csv").read_text("utf-8") == okr(
        "export", "--output", "csv"
    ).out


def test_what_is_gone_is_gone_and_nothing_is_left_beside_it(
    told: Scene, okr: Okr, folder: Path
) -> None:
    okr("site", folder)
    (folder / "old.html").touch()
    assert okr("site", folder).code == 0
    assert not (folder / "old.html").exists()
    assert [each.name for each in folder.parent.iterdir() if "public" in each.name] == ["public"]


def test_who_is_interrupted_keeps_what_was_there(
    told: Scene, okr: Okr, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    okr("site", folder)
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}

    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, "write_site", interrupted)
    assert okr("site", folder).code == 130
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before
    assert [each.name for each in folder.parent.iterdir() if "public" in each.name] == ["public"]


def test_a_folder_that_is_somebody_elses_is_left_alone(told: Scene, okr: Okr, folder: Path) -> None:
    folder.mkdir()
    (folder / "precious").touch()
    ended = okr("site", folder)
    assert ended.code == 1
    assert f"{folder} was not made by okr site" in ended.err
    assert [each.name for each in folder.iterdir()] == ["precious"]
    assert here._MARK.startswith(".")


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/", "index.html"),
        ("/w/acorn", "w/acorn/index.html"),
        ("/w/acorn/c/2026-Q4?order=worst", "w/acorn/c/2026-Q4/index-worst.html"),
        ("/w/acorn/c/2026-Q4.csv", "w/acorn/c/2026-Q4.csv"),
        (
            "/w/acorn/c/2026-Q4/mqls/chart.svg?look=dark&size=narrow",
            "w/acorn/c/2026-Q4/mqls/chart-dark-narrow.svg",
        ),
    ],
)
def test_an_address_has_one_file(address: str, file: str) -> None:
    assert file_of(address) == file
