"""Files that a command writes: whole or not at all, and with the way to their schema."""

import os
import shutil
from pathlib import Path

from flows.places import Place


def nearest(folder: Path, name: str) -> Path | None:
    """The nearest folder from here upwards that has a file of that name."""
    return next((each for each in (folder, *folder.parents) if (each / name).is_file()), None)


def schema_from(place: Place, room: str, name: str) -> str:
    """The way to a schema from the files of a room of the workspace."""
    schema = (nearest(place.folder, name) or place.root) / name
    return Path(os.path.relpath(schema, place.folder / room)).as_posix()


def replace_bytes(file: Path, draft: Path, content: bytes) -> None:
    """Write a file in one step, by way of a draft beside it: nobody reads half of it."""
    with draft.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    if file.exists():
        shutil.copymode(file, draft)
    file.parent.mkdir(exist_ok=True)
    draft.replace(file)
