from pathlib import Path

import pytest

from okrmodel.reading import find_root, workspace_id, workspaces


def put(file: Path, text: str = "") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


@pytest.mark.parametrize("start", [".", "config", "config/okrs", "src/deep"])
def test_a_repository_keeps_its_workspace_under_config(tmp_path: Path, start: str) -> None:
    put(tmp_path / "config" / "workspace.yaml")
    put(tmp_path / "config" / "okrs" / "2026-Q4.yaml")
    (tmp_path / "src" / "deep").mkdir(parents=True)
    assert find_root(tmp_path / start) == tmp_path / "config"


def test_a_folders_own_workspace_comes_first(tmp_path: Path) -> None:
    put(tmp_path / "workspace.yaml")
    put(tmp_path / "config" / "workspace.yaml")
    assert find_root(tmp_path) == tmp_path


def test_an_agency_is_a_root_of_many_workspaces(tmp_path: Path) -> None:
    for client in ("birch", "acorn"):
        put(tmp_path / "clients" / client / "workspace.yaml", f"id: the-{client}\n")
    put(tmp_path / "clients" / "not-yet" / "notes.txt")
    assert find_root(tmp_path) == tmp_path
    found = workspaces(tmp_path)
    assert [folder.name for folder in found] == ["acorn", "birch"]
    assert [workspace_id(folder) for folder in found] == ["the-acorn", "the-birch"]
    # Inside a client's folder, that client is meant.
    assert find_root(found[0]) == found[0]


def test_without_any_workspace_there_is_no_root(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    assert workspaces(tmp_path) == ()
    assert find_root(tmp_path) is None


@pytest.mark.parametrize("text", ["", "id: 7", "- id", "id: [", "name: x"])
def test_a_workspace_that_cannot_be_read_has_no_id(tmp_path: Path, text: str) -> None:
    put(tmp_path / "workspace.yaml", text)
    assert workspace_id(tmp_path) is None
