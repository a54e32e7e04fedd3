"""Each folder of `broken/` is the good config with one thing wrong, and the message that it gives.

`OKR_UPDATE_GOLDEN=1 pytest tests/config` writes the messages anew; read the difference.
"""

import os
import shutil
from pathlib import Path

import pytest

from okrmodel.problems import with_lines
from okrmodel.reading import read_company
from tests.config.catalogue import CONNECTORS

HERE = Path(__file__).parent
GOOD = HERE / "good"
BROKEN = sorted(folder for folder in (HERE / "broken").iterdir())
MESSAGES = "messages.txt"


@pytest.mark.parametrize("folder", BROKEN, ids=lambda folder: folder.name)
def test_broken_config_gives_its_message(folder: Path, tmp_path: Path) -> None:
    root = assembled(folder, tmp_path)
    reading = read_company(root, CONNECTORS)
    told = "".join(f"{text}\n" for text in with_lines(reading.problems, root))

    golden = folder / MESSAGES
    if os.environ.get("OKR_UPDATE_GOLDEN"):
        golden.write_text(told)
    assert told == golden.read_text()
    assert (reading.company is None) == ("error:" in told)


def assembled(folder: Path, into: Path) -> Path:
    """The good config with a folder's files laid over it, and without those it calls absent."""
    root = into / "workspace"
    shutil.copytree(GOOD, root)
    shutil.copytree(folder, root, dirs_exist_ok=True)
    absent = root / "absent"
    for name in absent.read_text().split() if absent.exists() else ():
        (root / name).unlink()
    return root


def test_good_config_gives_no_message() -> None:
    assert read_company(GOOD, CONNECTORS).problems == ()


def test_every_broken_config_has_a_message_of_its_own() -> None:
    messages = [(folder / MESSAGES).read_text() for folder in BROKEN]
    assert len(set(messages)) == len(BROKEN) >= 40
    assert all(messages)


def test_no_message_is_a_sentence_of_pydantic() -> None:
    for folder in BROKEN:
        told = (folder / MESSAGES).read_text()
        assert "Input should" not in told
        assert "Field required" not in told
        assert "Extra inputs" not in told


def test_no_message_shows_a_secret() -> None:
    told = "".join((folder / MESSAGES).read_text() for folder in BROKEN)
    for secret in ("s3cret-of-acorn", "0a1b2c3d", "hunter2"):
        assert secret not in told
