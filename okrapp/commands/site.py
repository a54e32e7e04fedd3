"""`okr site`: the pages as files, for any web server or none."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from okrapp.exits import FAILED, Exit
from okrapp.refusals import expected_errors
from okrapp.where import Where
from okrmodel.store.publications import workspaces
from okrmodel.store.store import Store, wall_clock

_MARK = ".made-by-okr-site"


def site(folder: Path, /, where: Where | None = None) -> None:
    """Write the pages as static files.

    Args:
        folder: Where; what an earlier call wrote there is replaced.
        where: Which workspaces.
    """
    # The pages take a second to load: nobody else waits for them.
    from okrapp.terminal import console, counting  # noqa: PLC0415
    from okrapp.web.site import write_site  # noqa: PLC0415

    places = (where or Where()).places()
    if places[0].is_new:
        raise Exit(FAILED, "Nothing was recorded yet; run okr sync.")
    with expected_errors(), Store.open(places[0].store) as store:
        shown = frozenset(place.workspace for place in places) & {*workspaces(store)}
        if not shown:
            raise Exit(FAILED, "Nothing was published yet: one okr sync does it.")
        with _in_place_of(folder) as fresh, counting("files") as tell:
            written = write_site(store, wall_clock, fresh, shown, tell)
    console().print(f"Wrote {written} files; open {folder / 'index.html'}", soft_wrap=True)


@contextmanager
def _in_place_of(folder: Path) -> Iterator[Path]:
    """A folder beside it that takes its place once all is written: readers miss no page meanwhile.

    No page of a key result that is gone stays; whoever is interrupted keeps what was there.

    Raises:
        Exit: The folder is somebody else's.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).exists():
        raise Exit(FAILED, f"{folder} was not made by okr site; name another: okr site FOLDER")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.absolute().parent) as aside:
        fresh, before = Path(aside) / "fresh", Path(aside) / "before"
        fresh.mkdir()
        (fresh / _MARK).touch()
        yield fresh
        if folder.exists():
            folder.rename(before)
        fresh.rename(folder)
