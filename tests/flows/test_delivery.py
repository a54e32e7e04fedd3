"""What is due goes out in its time, and once, whatever happens in between."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

import flows.view
from flows.delivery import Delivery, Outcome, send_after, send_due
from flows.edges import Edges, wall_clock
from flows.places import Place, find_places, read_place
from flows.prefect_flows import NotesFailed, notes
from okrmodel.news import RunFailed
from okrmodel.store import Store
from okrmodel.store.notes import IN_FLIGHT, NewNote, State, queue, queued
from okrmodel.store.runs import begin_run
from sandbox.world import Sandbox
from tests.flows.conftest import CONFIG
from tests.flows.inboxes import TOKEN, Inbox, webhook
from tests.flows.scene import Scene, reset, rewrite, settle_in

MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)  # 08:00 in Warsaw.
NOTIFY = """notify:
  targets:
    leaders: { url: "${LEADERS}", send: [digest] }
    team: { url: "${file:team-url}", send: [failures] }
"""


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with webhook() as found:
        yield found


@pytest.fixture
def leaders(monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    with webhook() as found:
        monkeypatch.setenv("LEADERS", found.address)
        yield found


@pytest.fixture
def settled(world: Sandbox, store_url: str, tmp_path: Path, inbox: Inbox, leaders: Inbox) -> Scene:
    """A workspace with two targets, of which something was recorded; on each kind of database."""
    root = settle_in(CONFIG, tmp_path / "config", reset(world))
    rewrite(root / "workspace.yaml", {"connections:\n": f"{NOTIFY}connections:\n"})
    (root / "team-url").write_text(inbox.address, "utf-8")
    with Store.open(store_url) as store:
        begin_run(store, "pretend", "sync", {})
    return Scene(world, root, store_url)


def at(scene: Scene, now: datetime) -> None:
    scene.move_to(now)


def put(scene: Scene, *numbers: int, due: datetime = MONDAY) -> None:
    """Notes of failed runs for the team."""
    news = [RunFailed(run=n, what="sync", began=MONDAY, reason="OSError: no") for n in numbers]
    with scene.asking() as store:
        notes = (
            NewNote("team", one.key, one.subject, due, one.model_dump(mode="json")) for one in news
        )
        queue(store, "pretend", notes, due)


def sent(
    scene: Scene, clock: Callable[[], datetime] = wall_clock, *, digest_now: bool = False
) -> list[Delivery]:
    edges = Edges(clock=clock)
    return list(send_due([scene.place], edges, every=True, digest_now=digest_now))


def outcomes(deliveries: list[Delivery]) -> list[tuple[str, str, Outcome]]:
    return [(one.target, one.key, one.outcome) for one in deliveries]


def state(scene: Scene, target: str, key: str) -> State | None:
    with scene.asking() as store:
        found = queued(store, "pretend", target, key)
    return found.state if found else None


# In its time.


def test_a_note_waits_for_the_end_of_the_quiet_hours(settled: Scene, inbox: Inbox) -> None:
    put(settled, 1, due=MONDAY - timedelta(hours=4))
    at(settled, MONDAY - timedelta(hours=1, seconds=1))
    assert sent(settled) == []
    at(settled, MONDAY - timedelta(hours=1))
    assert outcomes(sent(settled)) == [("team", "run/1", Outcome.SENT)]
    assert sent(settled) == []
    [letter] = inbox.letters
    assert "A small pretend company" in letter["title"] + letter["message"]


def test_quiet_hours_are_those_of_the_clock_on_the_wall(settled: Scene, inbox: Inbox) -> None:
    """On 25 October Warsaw's clocks went back: 07:00 came an hour later than the day before."""
    put(settled, 1, due=datetime(2026, 10, 24, tzinfo=UTC))
    at(settled, datetime(2026, 10, 25, 5, 30, tzinfo=UTC))
    assert sent(settled) == []
    at(settled, datetime(2026, 10, 25, 6, tzinfo=UTC))
    assert "run/1" in {one.key for one in sent(settled)}


def test_the_digest_goes_out_on_monday_at_eight_once_a_week(settled: Scene, leaders: Inbox) -> None:
    at(settled, MONDAY - timedelta(seconds=1))
    assert sent(settled) == []
    at(settled, MONDAY)
    digest = [("leaders", "digest/2026-W48", Outcome.SENT)]
    assert outcomes(sent(settled)) == digest
    at(settled, MONDAY + timedelta(days=3))
    assert sent(settled) == []
    at(settled, MONDAY + timedelta(days=7))
    assert outcomes(sent(settled)) == [("leaders", "digest/2026-W49", Outcome.SENT)]
    assert len(leaders.letters) == 2


def test_a_machine_that_was_off_sends_the_digest_of_the_week_that_it_is(
    settled: Scene, leaders: Inbox
) -> None:
    at(settled, MONDAY - timedelta(hours=1))
    assert sent(settled) == []
    # Thursday, two weeks later: those of the weeks between are nobody's news any more.
    at(settled, MONDAY + timedelta(days=17))
    assert outcomes(sent(settled)) == [("leaders", "digest/2026-W50", Outcome.SENT)]
    assert state(settled, "leaders", "digest/2026-W48") is State.WITHDRAWN
    assert len(leaders.letters) == 1


def test_a_digest_is_sent_at_once_to_who_asks_and_not_again(settled: Scene, leaders: Inbox) -> None:
    at(settled, MONDAY - timedelta(hours=5))
    [now] = sent(settled, digest_now=True)
    assert now.outcome is Outcome.SENT
    [again] = sent(settled, digest_now=True)
    assert again.outcome is Outcome.ALREADY
    assert "nothing is sent twice" in str(again)
    at(settled, MONDAY)
    assert sent(settled) == []
    assert len(leaders.letters) == 1


# Once.


def test_who_is_killed_while_sending_leaves_it_unsure(settled: Scene, inbox: Inbox) -> None:
    put(settled, 1, 2)
    at(settled, MONDAY)
    inbox.answers.clear()
    words = ["digest", "--config", str(settled.root), "--store", settled.store]
    script = f"from okrapp.cli import main; main({words!r})"
    process = subprocess.Popen([sys.executable, "-c", script])
    assert inbox.came.wait(60)
    process.send_signal(signal.SIGKILL)
    process.wait()
    inbox.answers.set()
    assert state(settled, "team", "run/1") is State.CLAIMED

    # It may be on its way still: nobody touches it.
    assert outcomes(sent(settled)) == [("team", "run/2", Outcome.SENT)]
    later = wall_clock() + IN_FLIGHT
    [told] = sent(settled, lambda: later)
    assert outcomes([told]) == [("team", "run/1", Outcome.UNSURE)]
    assert told.failed
    assert "may not have arrived at team" in str(told)
    assert sent(settled, lambda: later) == []
    assert len(inbox.letters) == 2, "the one of the killed process, and the other note"


def test_two_processes_send_each_note_once(settled: Scene, inbox: Inbox) -> None:
    put(settled, *range(1, 9))
    at(settled, MONDAY)
    words = ["digest", "--config", str(settled.root), "--store", settled.store]
    script = f"from okrapp.cli import main; main({words!r})"
    both = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert len(inbox.letters) == 8
    assert len({letter["message"] for letter in inbox.letters}) == 8


def test_two_threads_send_each_note_once(settled: Scene, inbox: Inbox, leaders: Inbox) -> None:
    put(settled, *range(1, 6))
    at(settled, MONDAY)
    with ThreadPoolExecutor(4) as pool:
        done = [one for some in pool.map(lambda _: sent(settled), range(4)) for one in some]
    assert sorted(one.key for one in done) == [
        "digest/2026-W48",
        *(f"run/{n}" for n in range(1, 6)),
    ]
    assert (len(inbox.letters), len(leaders.letters)) == (5, 1)


# Failures.


def test_what_fails_is_tried_again_and_the_others_go_on(
    settled: Scene, inbox: Inbox, leaders: Inbox
) -> None:
    put(settled, 1, 2)
    at(settled, MONDAY)
    inbox.status = 500
    assert outcomes(sent(settled)) == [
        ("leaders", "digest/2026-W48", Outcome.SENT),
        ("team", "run/1", Outcome.FAILED),
    ]
    assert len(inbox.letters) == 1, "a service that is down is not asked again at once"
    inbox.status = 200
    at(settled, MONDAY + timedelta(minutes=4))
    assert [one.key for one in sent(settled)] == ["run/2"]
    at(settled, MONDAY + timedelta(minutes=5))
    assert outcomes(sent(settled)) == [("team", "run/1", Outcome.SENT)]


def test_after_a_day_it_is_given_up(settled: Scene, inbox: Inbox) -> None:
    put(settled, 1)
    inbox.status = 404
    now, told = MONDAY + timedelta(hours=1), []
    while now <= MONDAY + timedelta(days=2):
        at(settled, now)
        told += [one for one in sent(settled) if one.target == "team"]
        now += timedelta(hours=1)
    assert [one.outcome for one in told][-1] is Outcome.GIVEN_UP
    assert {one.outcome for one in told[:-1]} == {Outcome.FAILED}
    assert len(inbox.letters) == len(told) < 8
    assert state(settled, "team", "run/1") is State.GIVEN_UP


def test_a_secret_that_is_missing_is_told_by_its_reference(
    settled: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LEADERS")
    at(settled, MONDAY)
    [failed] = sent(settled)
    assert "${LEADERS}" in failed.reason
    assert failed.remedy == "set the environment variable LEADERS"
    assert state(settled, "leaders", "digest/2026-W48") is State.WAITING


def test_a_mistake_of_ours_is_no_lost_note(
    settled: Scene, monkeypatch: pytest.MonkeyPatch, leaders: Inbox
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    at(settled, MONDAY)
    with monkeypatch.context() as patch:
        patch.setattr("okrmodel.telling.digest.digest_letter", broken)
        with pytest.raises(ZeroDivisionError):
            sent(settled)
    assert state(settled, "leaders", "digest/2026-W48") is State.WAITING
    assert leaders.letters == []


def test_no_job_fails_because_something_cannot_be_sent(
    settled: Scene, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(settled, 1)
    at(settled, MONDAY)
    inbox.status = 500
    [line] = list(send_after([settled.place], Edges()))
    assert "the note run/1 could not be sent to team: JSON did not take it" in line
    monkeypatch.setattr("flows.delivery.with_notes", lambda *_: 1 / 0)
    [told] = list(send_after([settled.place], Edges()))
    assert told == "notes could not be sent: ZeroDivisionError: division by zero"


def test_no_address_comes_into_the_store(settled: Scene, inbox: Inbox) -> None:
    put(settled, 1)
    at(settled, MONDAY)
    inbox.status = 500
    told = sent(settled)
    with settled.asking() as store, store.asking() as connection:
        rows = connection.execute(text("SELECT * FROM note")).all()
    assert len(rows) == 3
    assert TOKEN not in str(rows) + str(told) + "".join(map(str, told))


# What is nobody's wish any more.


def test_what_nobody_asks_for_any_more_is_withdrawn(settled: Scene, inbox: Inbox) -> None:
    put(settled, 1)
    at(settled, MONDAY)
    rewrite(settled.root / "workspace.yaml", {"send: [failures]": "send: [flips]"})
    assert [one.target for one in sent(settled)] == ["leaders"]
    assert state(settled, "team", "run/1") is State.WITHDRAWN
    assert inbox.letters == []


def test_a_workspace_at_rest_tells_nothing(settled: Scene, inbox: Inbox, leaders: Inbox) -> None:
    put(settled, 1)
    at(settled, MONDAY)
    rewrite(settled.root / "workspace.yaml", {"id: pretend": "id: pretend\npaused: true"})
    assert sent(settled, digest_now=True) == []
    assert state(settled, "team", "run/1") is State.WITHDRAWN
    assert inbox.letters == leaders.letters == []


def test_nothing_is_sent_before_anything_was_recorded(
    settled: Scene, tmp_path: Path, leaders: Inbox
) -> None:
    new = Scene(settled.sandbox, settled.root, f"sqlite:///{tmp_path / 'new.db'}")
    assert sent(new, digest_now=True) == []
    assert not (tmp_path / "new.db").exists()
    Store.open(new.store).close()
    assert sent(new, digest_now=True) == []
    assert leaders.letters == []


# Many workspaces.


@pytest.fixture
def agency(settled: Scene, tmp_path: Path) -> list[Place]:
    """Three clients with their own targets, of which the second has something due."""
    root = tmp_path / "agency"
    for name in ("ash", "birch", "cedar"):
        shutil.copytree(settled.root, root / "clients" / name)
        rewrite(root / "clients" / name / "workspace.yaml", {"id: pretend": f"id: {name}"})
        with Store.open(settled.store) as store:
            begin_run(store, name, "sync", {})
    news = RunFailed(run=7, what="sync", began=MONDAY, reason="")
    with Store.open(settled.store) as store:
        note = NewNote("team", news.key, news.subject, MONDAY, news.model_dump(mode="json"))
        queue(store, "birch", [note], MONDAY)
    return find_places(root, store=settled.store)


def test_only_the_files_of_those_with_something_due_are_read(
    agency: list[Place], monkeypatch: pytest.MonkeyPatch, inbox: Inbox
) -> None:
    rewrite(agency[1].folder / "workspace.yaml", {"04:00:00+01:00": "12:00:00+01:00"})
    read: list[str] = []

    def counted(place: Place) -> object:
        read.append(place.workspace)
        return read_place(place)

    monkeypatch.setattr(flows.view, "read_place", counted)
    clock = Edges(clock=lambda: MONDAY)
    assert {one.workspace for one in send_due(agency, clock)} == {"birch"}
    assert read == ["birch"]
    assert len(inbox.letters) == 1


def test_files_that_cannot_be_read_stop_nobody_else(agency: list[Place], inbox: Inbox) -> None:
    (agency[0].folder / "workspace.yaml").write_text("id: ash\nname: [", "utf-8")
    rewrite(agency[1].folder / "workspace.yaml", {"04:00:00+01:00": "12:00:00+01:00"})
    done = list(send_due(agency, Edges(), every=True))
    unread = done[0]
    assert (unread.workspace, unread.outcome) == ("ash", Outcome.UNREAD)
    assert unread.failed
    assert unread.remedy == "okr lint -w ash tells which"
    assert len(inbox.letters) == 1


# As Prefect does it.


def test_the_hourly_flow_sends_what_is_due_and_fails_of_what_does_not_go(
    settled: Scene, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKR_STORE", settled.store)
    put(settled, 1, 2)
    at(settled, MONDAY)
    # It reads only what the store has something due for, by the clock on the wall.
    monkeypatch.setattr("flows.prefect_flows.Edges", lambda: Edges(clock=lambda: MONDAY))
    assert [line.rpartition(" ")[2] for line in notes.fn(str(settled.root))] == [
        "leaders",
        "team",
        "team",
    ]
    put(settled, 3)
    inbox.status = 500
    with pytest.raises(NotesFailed, match="JSON did not take it") as failed:
        notes.fn(str(settled.root))
    assert TOKEN not in str(failed.value)
