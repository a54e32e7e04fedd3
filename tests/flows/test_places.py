"""Where a config is found, which workspaces it holds, and where each is remembered."""

import shutil
from pathlib import Path

import pytest

from flows.places import BadConfig, NoConfig, NoStore, find_places, in_zone, read_place, root_of
from tests.flows.scene import rewrite

ROOT = Path(__file__).parents[2]
CONFIG = Path(__file__).parent / "config"
AGENCY = ROOT / "config/examples/agency"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OKR_CONFIG", raising=False)
    monkeypatch.delenv("OKR_STORE", raising=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder that holds a `config/`."""
    shutil.copytree(CONFIG, tmp_path / "config")
    return tmp_path


@pytest.mark.parametrize("inside", [".", "config", "config/okrs", "src/deep"])
def test_the_config_is_found_from_any_folder_below(
    project: Path, inside: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / inside).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(project / inside)
    assert root_of(None) == project / "config"


@pytest.mark.parametrize("named", ["config", ".", "config/workspace.yaml"])
def test_a_config_may_be_named_by_its_folder_its_parent_or_its_file(
    project: Path, named: str
) -> None:
    assert root_of(project / named) == project / "config"


def test_a_name_goes_before_the_environment_and_that_before_the_folder(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    monkeypatch.setenv("OKR_CONFIG", str(AGENCY))
    assert root_of(None) == AGENCY
    assert root_of(project) == project / "config"


@pytest.mark.parametrize("named", ["config/okrs", "nowhere", "config/okrs/2026-Q4.yaml"])
def test_a_named_config_is_not_looked_for_above(project: Path, named: str) -> None:
    with pytest.raises(NoConfig, match=r"no workspace.yaml in .*; okr init writes one"):
        root_of(project / named)


def test_a_relative_name_becomes_absolute(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    place = find_places(Path("config"))[0]
    assert place.root == place.folder == project / "config"


def test_an_agency_has_a_place_for_each_client_in_order() -> None:
    places = find_places(AGENCY)
    assert [place.workspace for place in places] == ["birch", "cedar"]
    assert [place.folder.name for place in places] == ["birch", "cedar"]
    assert {place.root for place in places} == {AGENCY}
    assert [place.workspace for place in find_places(AGENCY, "cedar")] == ["cedar"]


def test_a_workspace_is_chosen_by_its_id_and_not_by_its_folder(tmp_path: Path) -> None:
    shutil.copytree(AGENCY, tmp_path / "agency")
    (tmp_path / "agency/clients/birch").rename(tmp_path / "agency/clients/renamed")
    assert find_places(tmp_path / "agency", "birch")[0].folder.name == "renamed"
    with pytest.raises(NoConfig, match=r"no workspace 'renamed'.*expected one of birch, cedar"):
        find_places(tmp_path / "agency", "renamed")


def test_two_workspaces_with_one_id_are_refused(tmp_path: Path) -> None:
    """The store would take the one for the other."""
    root = Path(shutil.copytree(AGENCY, tmp_path / "agency"))
    rewrite(root / "clients/cedar/workspace.yaml", {"id: cedar": "id: birch"})
    for chosen in (None, "birch"):
        with pytest.raises(BadConfig, match=r"clients/cedar/workspace\.yaml") as refused:
            find_places(root, chosen)
        assert 'the id "birch" is that of clients/birch already' in str(refused.value)


def test_the_store_is_beside_the_config_unless_told_otherwise(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def store(named: str | None = None) -> str:
        return find_places(project, store=named)[0].store

    root = project / "config"
    assert store() == f"sqlite:///{root}/okr.db"
    assert store("there.db") == f"sqlite:///{root}/there.db"
    assert store("/var/okr.db") == "sqlite:////var/okr.db"
    monkeypatch.setenv("OKR_STORE", "postgresql://db/okr")
    assert store() == "postgresql://db/okr"
    assert store("here.db") == f"sqlite:///{root}/here.db"


@pytest.mark.parametrize(
    "address",
    [
        "mysql://okr:hunter2@db/okr",
        "postgres://okr:hunter2@db/okr",
        "postgresql://okr:hunter2@db:port/okr",
        "sqlite+aiosqlite:///okr.db",
    ],
)
def test_an_address_that_no_store_has_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(NoStore) as refused:
        find_places(CONFIG, store=address)
    assert "postgresql://" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_a_password_may_hold_a_slash_and_a_colon() -> None:
    address = "postgresql://okr:a/b:c@db:5432/okr"
    assert find_places(CONFIG, store=address)[0].store == address


def test_a_place_never_shows_the_address_of_its_store() -> None:
    place = find_places(CONFIG, store="postgresql://okr:hunter2@db/okr")[0]
    assert "hunter2" not in repr(place)
    assert "hunter2" not in str(place)


def test_a_store_is_new_until_its_file_is_there(project: Path) -> None:
    place = find_places(project)[0]
    assert place.is_new
    (project / "config/okr.db").touch()
    assert not place.is_new
    assert not find_places(project, store="postgresql://db/okr")[0].is_new


def test_definitions_with_errors_are_refused_with_all_of_them(project: Path) -> None:
    rewrite(
        project / "config/workspace.yaml", {"Europe/Warsaw": "Nowhere", "portal: 2": "portal: x2"}
    )
    with pytest.raises(BadConfig) as refused:
        read_place(find_places(project)[0])
    assert len(refused.value.problems) == 2
    assert refused.value.root == project / "config"


def test_a_zone_chooses_its_workspaces_and_those_that_cannot_be_read(tmp_path: Path) -> None:
    root = Path(shutil.copytree(AGENCY, tmp_path / "agency"))
    zones = {p.workspace: read_place(p)[0].workspace.timezone for p in find_places(root)}
    chosen = in_zone(find_places(root), zones["birch"])
    assert [place.workspace for place in chosen] == ["birch"]
    rewrite(root / "clients/cedar/workspace.yaml", {zones["cedar"]: "Nowhere"})
    chosen = in_zone(find_places(root), zones["birch"])
    assert [place.workspace for place in chosen] == ["birch", "cedar"], "its sync tells why"
