"""`okr schema`: the JSON Schemas that editors check the config with."""

import json
from pathlib import Path

from connectors.registry import catalogue
from okrapp.terminal import console
from okrmodel.schema import schemas


def schema(folder: Path = Path(), /) -> None:
    """Write the JSON Schemas that editors check the config with.

    Args:
        folder: Where to write them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in schemas(catalogue()).items():
        text = json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        (folder / name).write_text(text, encoding="utf-8")
        console().print(f"wrote {folder / name}", soft_wrap=True, markup=False)
