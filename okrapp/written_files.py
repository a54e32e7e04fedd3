"""Files that a command writes: whole or not at all, and with the way to their schema."""

import os
import shutil
from pathlib import Path

from flows.places import Place


def schema_from(place: Place, room: str, name: str) -> str:
    """The way to a schema from the files of a room of the workspace."""
    above = [folder / name for folder in (place.folder, *place.folder.parents)]
    schema = next((file for file in above if file.is_file()), place.root / name)
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
