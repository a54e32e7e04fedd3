"""`okr digest`: what is due is sent, or only shown."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from okrmodel.store.notes import claim, queued, waiting
from tests.flows.inboxes import TOKEN, Inbox, webhook
from tests.flows.scene import Scene, rewrite
from tests.okrapp.conftest import Okr

MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)  # 08:00 in Warsaw.
NOTIFY = """notify:
  targets:
    leaders: { url: "${LEADERS}", send: [digest, stale] }
"""


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    with webhook() as found:
        monkeypatch.setenv("LEADERS", found.address)
        yield found


@pytest.fixture
def asking(told: Scene, inbox: Inbox) -> Scene:
    """The small config with a target, at 04:00 on a Monday."""
    rewrite(told.root / "workspace.yaml", {"connections:\n": f"{NOTIFY}connections:\n"})
    return told


def rows(scene: Scene) -> list[str]:
    with scene.asking() as store, store.asking() as connection:
        return [str(row) for row in connection.execute(text("SELECT * FROM note ORDER BY id"))]


def outage(scene: Scene) -> None:
    """GA4 fails in the night to Tuesday; its notes wait for seven o'clock."""
    scene.sync()
    scene.fault("BatchRunReports", status=500)
    scene.move_to(MONDAY + timedelta(hours=20))
    scene.sync()


# Shown.


def test_the_digest_can_be_read_before_anybody_is_told(okr: Okr, told: Scene) -> None:
    ended = okr("digest", "--preview")
    assert (ended.code, ended.err) == (0, "")
    assert "pretend: this week's digest, which no target asks for" in ended.out
    assert "A small pretend company" in ended.out
    assert "Win MQLs" in ended.out
    assert "pretend: no note waits." in ended.out


def test_showing_sends_nothing_and_queues_nothing(okr: Okr, asking: Scene, inbox: Inbox) -> None:
    outage(asking)
    before = rows(asking)
    ended = okr("digest", "--preview")
    assert ended.code == 0
    assert "this week's digest, to leaders" in ended.out
    assert "to leaders, due 2026-11-24 07:00" in ended.out
    assert "web" in ended.out
    assert (rows(asking), inbox.letters) == (before, [])
    assert "stale/web/" in before[-1]


def test_what_is_shown_is_what_is_sent(okr: Okr, asking: Scene, inbox: Inbox) -> None:
    asking.move_to(MONDAY)
    shown = okr("digest", "--preview").out
    assert okr("digest").code == 0
    [letter] = inbox.letters
    assert letter["title"] in shown
    assert letter["message"].strip() in shown


def test_what_was_not_delivered_is_shown_for_a_week(okr: Okr, asking: Scene, inbox: Inbox) -> None:
    asking.move_to(MONDAY)
    asking.sync()
    with asking.asking() as store:
        digest = queued(store, "pretend", "leaders", "digest/2026-W48")
        assert digest is not None
        claim(store, digest)
        with store.engine.begin() as connection:
            connection.execute(text("UPDATE note SET claimed_at = '2026-11-20 00:00:00.000000'"))
    ended = okr("digest")
    assert ended.code == 1
    assert "the digest of 2026-W48 may not have arrived at leaders" in ended.err
    assert okr("digest").code == 0
    assert "to leaders: it may not have arrived" in okr("digest", "--preview").out
    assert inbox.letters == []


# Sent.


def test_what_is_due_is_sent_and_said_once(okr: Okr, asking: Scene, inbox: Inbox) -> None:
    assert okr("digest").out == "Nothing is due.\n"
    asking.move_to(MONDAY)
    assert okr("digest").out == "pretend: the digest of 2026-W48 was sent to leaders\n"
    assert okr("digest").out == "Nothing is due.\n"
    assert len(inbox.letters) == 1


def test_a_sync_sends_what_may_be_sent_then(okr: Okr, asking: Scene, inbox: Inbox) -> None:
    asking.sync()
    asking.move_to(MONDAY + timedelta(days=1))
    asking.fault("BatchRunReports", status=500)
    inbox.status = 404
    ended = okr("sync")
    assert ended.code == 1
    assert "could not be sent to leaders: JSON did not take it" in ended.err
    assert TOKEN not in ended.err + ended.out
    inbox.status = 200
    asking.move_to(MONDAY + timedelta(days=1, hours=1))
    assert okr("digest").out.count("was sent to leaders") == 2
    assert len(inbox.titles) == 3


def test_the_digest_can_be_sent_at_once_but_not_twice(
    okr: Okr, asking: Scene, inbox: Inbox
) -> None:
    assert okr("digest", "--now").out == "pretend: the digest of 2026-W48 was sent to leaders\n"
    again = okr("digest", "--now")
    assert again.code == 0
    assert "was sent to leaders before, and nothing is sent twice" in again.out
    assert len(inbox.letters) == 1


def test_what_cannot_be_sent_is_told_with_its_target_and_a_remedy(
    okr: Okr, asking: Scene, inbox: Inbox
) -> None:
    asking.move_to(MONDAY)
    inbox.status = 403
    ended = okr("digest")
    assert ended.code == 1
    assert "✗ pretend: the digest of 2026-W48 could not be sent to leaders" in ended.err
    assert "→ check that its address and token still hold" in ended.err
    assert TOKEN not in ended.err + ended.out + "".join(rows(asking))
    preview = okr("digest", "--preview").out
    assert TOKEN not in preview


def test_showing_and_sending_are_two_wishes(okr: Okr, told: Scene) -> None:
    ended = okr("digest", "--preview", "--now")
    assert (ended.code, ended.err) == (
        2,
        "--preview sends nothing, and --now sends: ask for one of them\n",
    )


def test_who_leaves_is_sent_nothing_more(okr: Okr, asking: Scene, inbox: Inbox) -> None:
    ended = okr("workspace", "leave", "pretend", "--yes")
    assert ended.code == 0
    assert "Delete the environment variable LEADERS" in ended.out
    written = (asking.root / "workspace.yaml").read_text("utf-8")
    assert 'url: "${forgotten:2026-11-23}"' in written
    assert okr("lint").code == 0
    asking.move_to(MONDAY)
    assert okr("digest", "--now").out == "Nothing is due.\n"
    with asking.asking() as store:
        assert waiting(store, "pretend") == ()
    assert inbox.letters == []
