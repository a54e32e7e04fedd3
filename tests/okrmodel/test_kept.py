"""What is kept, and what goes."""

import pytest

from okrmodel.kept import Kept


def test_no_more_is_kept_than_there_is_room_for() -> None:
    kept: Kept[str] = Kept(2)
    for key in ("a", "b", "a", "c", "d"):
        kept.get(key, lambda key=key: key)  # type: ignore[misc]
    assert list(kept._found) == ["c", "d"]
    kept.get("c", lambda: pytest.fail("it is there"))
    kept.get("e", lambda: "e")
    assert list(kept._found) == ["c", "e"], "the one asked for least lately goes"
