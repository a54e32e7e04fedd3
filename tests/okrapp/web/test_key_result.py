"""A key result's page: where it stands, why it changed, and what it goes back to."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import unescape

import pytest
from fastapi import FastAPI
from sqlalchemy import event

from flows.freeze import freeze
from flows.publish import publish
from okrapp.web.app import web_app
from okrapp.web.guard import Guard
from okrmodel.store.store import Store, wall_clock
from tests.flows.scene import Scene, end_early, rewrite
from tests.okrapp.conftest import Okr
from tests.okrapp.web import asking
from tests.okrapp.web.asking import ask

FIRST, LAST = date(2026, 11, 19), date(2026, 11, 22)
OKRS = "okrs/2026-Q4.yaml"
CYCLE = "/w/pretend/c/2026-Q4"


def shown(app: FastAPI, key_result: str, **query: str) -> str:
    """The page as it is sent."""
    answer = ask(app, f"{CYCLE}/{key_result}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.text


def words(page: str) -> str:
    """What a person reads, in one line."""
    # Blanks stand where tags stood.
    return re.sub(r" ([,:])", r"\1", asking.words(page.split("<main", 1)[1]))


def section(page: str, name: str) -> str:
    """The words of the section that is named by an id."""
    found = re.search(rf'<section[^>]*aria-labelledby="{name}".*?</section>', page, re.DOTALL)
    assert found, f"the page has no section {name}"
    return words(f"<main{found[0]}")


@pytest.fixture
def restated(scene: Scene) -> Scene:
    """Two nights: after the first one a ledger was corrected."""
    scene.backfill(FIRST, LAST)
    rewrite(scene.root / "spend.csv", {"2026-11-20,500.00": "2026-11-20,650.00"})
    next_night(scene, 24)
    return scene


def next_night(scene: Scene, day: int) -> None:
    scene.move_to(datetime(2026, 11, day, 3, tzinfo=UTC))
    scene.sync()


@pytest.fixture
def app(scene: Scene) -> Iterator[FastAPI]:
    """The pages of whatever the test lets happen in the scene."""
    with Store.open(scene.place.store) as store:
        yield web_app(store, wall_clock, Guard())


def test_the_figures_stand_with_what_they_mean(app: FastAPI, restated: Scene) -> None:
    page = shown(app, "spend")
    text = words(page)
    assert "Spend it all Ola" in text
    assert f'<a href="{CYCLE}#o-grow">Grow</a>' in page
    assert "off track 3,650.75 against 9,000, 40.6% of the way where 58.7% was planned" in text
    assert "Value 3,651 Target 9,000 Progress 41% planned by now: 59%" in text
    assert "Weight: 14% of the objective" in text
    assert "Complete up to 23 Nov 2026" in text
    assert "Recorded on 24 Nov 2026, 04:00 CET" in text


def test_the_chart_is_a_picture_that_says_what_it_shows(app: FastAPI, restated: Scene) -> None:
    page = shown(app, "spend")
    assert f'<img src="{CYCLE}/spend/chart.svg" width="960" height="385" alt="Value by day' in page
    assert f'srcset="{CYCLE}/spend/chart.svg?look=dark"' in page
    assert f'data-chart="{CYCLE}/spend/chart.json"' in page


def test_its_picture_is_there(app: FastAPI, restated: Scene) -> None:
    assert ask(app, f"{CYCLE}/spend/chart.svg").text.startswith("<svg")


def test_a_restatement_says_by_how_much_since_when_and_why(app: FastAPI, restated: Scene) -> None:
    changed = section(shown(app, "spend"), "changed")
    assert "24 Nov 2026, 04:00 CET Restated 3 days, 20–22 Nov 2026: 3,501 → 3,651" in changed
    assert "2 days, 21–22 Nov 2026: ■ off track → ▲ at risk" in changed
    assert "spend, 20 Nov: 500 → 650" in changed


def test_how_far_the_value_came_is_split_into_days_and_corrections(
    app: FastAPI, restated: Scene
) -> None:
    rewrite(
        restated.root / "spend.csv", {"2026-11-20,650.00": "2026-11-20,655.00\n2026-11-28,90.00"}
    )
    next_night(restated, 30)
    changed = section(shown(app, "spend"), "changed")
    assert "+245 since 22 Nov 2026: 3,501 → 3,746" in changed
    assert "+90 of it from the days since, +155 from restated earlier days" in changed


def test_nothing_changed_is_said(app: FastAPI, scene: Scene) -> None:
    scene.backfill(LAST, LAST)
    assert "Nothing was restated, redefined or set by hand." in section(
        shown(app, "spend"), "changed"
    )


def test_confirmations_are_folded_together(app: FastAPI, restated: Scene) -> None:
    next_night(restated, 28)
    next_night(restated, 29)
    changed = section(shown(app, "sessions"), "changed")
    assert changed.count("Confirmed as final") == 1


def test_another_target_and_another_title_are_told_with_their_reason(
    app: FastAPI, restated: Scene
) -> None:
    targets = (
        "title: Bring many sessions, metric: sessions, targets: [{from: 2026-10-01, target: 5000, reason: Planned},"
        " {from: 2026-11-21, target: 6000, reason: A fair was added}]"
    )
    rewrite(
        restated.root / OKRS, {"title: Bring sessions, metric: sessions, target: 5000": targets}
    )
    next_night(restated, 25)
    changed = section(shown(app, "sessions"), "changed")
    assert "Definition changed target: 5000 → 5000 from 2026-10-01; 6000 from 2026-11-21" in changed
    assert "title: Bring sessions → Bring many sessions" in changed
    assert "reasons" not in changed, "they are told with their targets"
    assert "Target 5,000 → 6,000 A fair was added known since 25 Nov 2026, 04:00 CET" in changed


def test_a_value_set_by_hand_is_told_with_who_and_why(app: FastAPI, restated: Scene) -> None:
    file = restated.root / "checkins/2026-Q4.yaml"
    note = "Seven came <i>by phone</i>."
    file.write_text(
        f"{file.read_text()}- {{ key_result: mqls, date: 2026-11-23, value: 77, until: 2026-11-30,"
        f' author: ola, note: "{note}" }}\n'
    )
    next_night(restated, 25)
    page = shown(app, "mqls")
    assert f"Set by hand: 77 until 30 Nov 2026 Ola {note}" in section(page, "changed")
    assert "Set by hand; the automatic value is" in words(page)
    assert "23 Nov – 30 Nov 77 Ola" in section(page, "check-ins")
    assert "<i>" not in page


def test_what_is_reported_late_is_news_of_the_night_that_brought_it(
    app: FastAPI, restated: Scene
) -> None:
    file = restated.root / "checkins/2026-Q4.yaml"
    file.write_text(f"{file.read_text()}- {{ key_result: approved, date: 2026-11-22, value: 3 }}\n")
    rewrite(file, {"date: 2026-10-08, value: 1, author: ola": "date: 2026-10-09, value: 1"})
    next_night(restated, 25)
    restated.backfill(date(2026, 10, 8), LAST, ["approved"])
    changed = section(shown(app, "approved"), "changed")
    assert "22 Nov 2026 Check-in: 3 known since 25 Nov 2026" in changed
    assert "9 Oct 2026 Check-in: 1 known since 25 Nov 2026" in changed
    assert "20 Nov 2026 Check-in: 2" in changed


def test_check_ins_are_listed_and_are_changes(app: FastAPI, restated: Scene) -> None:
    page = shown(app, "approved", since="cycle")
    assert "20 Nov 2 Ola 8 Oct 1 Ola" in section(page, "check-ins")
    assert "20 Nov 2026 Check-in: 2 Ola" in section(page, "changed")


def test_a_page_can_be_asked_for_as_it_was_known(app: FastAPI, restated: Scene) -> None:
    page = shown(app, "spend")
    nights = re.findall(r'<option value="([^"]+)"', page)
    assert len(nights) == 2
    earlier = words(shown(app, "spend", known_at=unescape(nights[0])))
    assert "off track 3,500.75 against 9,000" in earlier
    assert "As known on 23 Nov 2026, 04:00 CET." in earlier
    assert "Restated" not in earlier


def test_the_days_beside_are_one_step_away(app: FastAPI, restated: Scene) -> None:
    page = shown(app, "spend", as_of="2026-11-21")
    assert 'rel="prev" href="/w/pretend/c/2026-Q4/spend?as_of=2026-11-20"' in page
    assert 'rel="next" href="/w/pretend/c/2026-Q4/spend?as_of=2026-11-22"' in page
    assert "22 Nov" not in section(page, "daily")


def test_the_evidence_leads_to_what_was_asked_and_answered(app: FastAPI, restated: Scene) -> None:
    page = shown(app, "sessions")
    proof = section(page, "evidence")
    assert "progress = (" in proof
    assert "Account 354217890" in proof
    assert "SHA-256 of the response: " in proof
    assert "okr explain sessions --workspace pretend --cycle 2026-Q4 --verify" in proof
    assert '<a href="/w/pretend/runs/2">run 2</a>' in page


def test_the_definition_is_the_one_that_was_computed_with(app: FastAPI, restated: Scene) -> None:
    rewrite(restated.root / OKRS, {"target: 9000000": "target: 9500000"})
    next_night(restated, 25)
    before = shown(app, "pipeline", as_of="2026-11-23")
    assert "target: 9000000" in section(before, "definition")
    assert "target: 9500000" in section(shown(app, "pipeline"), "definition")
    assert re.search(r"Written in okrs/2026-Q4.yaml:\d+", section(before, "definition"))


def test_the_definition_links_to_its_line(app: FastAPI, restated: Scene) -> None:
    url = "https://git.example/okrs/{file}#L{line}"
    rewrite(restated.root / "workspace.yaml", {"id: pretend": f'id: pretend\nfiles_url: "{url}"'})
    next_night(restated, 25)
    assert 'href="https://git.example/okrs/okrs/2026-Q4.yaml#L' in shown(app, "spend")


def test_what_is_said_since_a_freezing_stands_beside_and_is_not_applied(
    app: FastAPI, scene: Scene, okr: Okr
) -> None:
    end_early(scene.root, LAST, 3)
    scene.backfill(FIRST, LAST)
    assert okr("freeze", "2026-Q4", "--config", scene.root).code == 0
    rewrite(scene.root / "spend.csv", {"2026-11-20,500.00": "2026-11-20,650.00"})
    scene.backfill(LAST, LAST)
    text = words(shown(app, "spend"))
    assert "Value 3,501" in text
    assert "Changed since it was frozen: 3,651, known since 23 Nov 2026" in text
    assert "the frozen figures stay" in text


def test_what_was_never_recorded_says_what_to_do(app: FastAPI, scene: Scene) -> None:
    scene.backfill(FIRST, LAST, ["mqls"])
    page = shown(app, "spend")
    assert "no data never recorded; run okr sync" in words(page)
    assert "chart.svg" not in page


def test_texts_of_files_are_escaped(app: FastAPI, restated: Scene) -> None:
    rewrite(restated.root / OKRS, {"title: Spend it all": 'title: "<script>alert(1)</script>"'})
    next_night(restated, 25)
    page = shown(app, "spend")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"{CYCLE}/nothing", 404),
        ("/w/pretend/c/2020-Q1/spend", 404),
        ("/w/others/c/2026-Q4/spend", 404),
        (f"{CYCLE}/spend?since=ever", 422),
    ],
)
def test_what_is_not_there_is_said_so(app: FastAPI, told: Scene, path: str, code: int) -> None:
    assert ask(app, path).status_code == code


def test_no_number_of_days_makes_more_questions(store: Store, pages: FastAPI) -> None:
    """Its days are read without their payloads, all at once."""
    asked: list[str] = []
    shown(pages, "spend")
    event.listen(store.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    shown(pages, "spend", since="cycle")
    questions = [one for one in asked if one != "BEGIN"]
    assert len(questions) <= 11
    assert len([one for one in questions if "snapshot.payload" in one]) <= 2


def test_what_a_frozen_cycle_does_not_tell_is_no_movement_of_its_figures(
    app: FastAPI, scene: Scene
) -> None:
    """A correction that came after the freezing is not taken back by the days after it."""
    end_early(scene.root, date(2026, 11, 22), 3)
    scene.backfill(FIRST, LAST)
    with scene.job() as job:
        freeze(job, "2026-Q4")
    rewrite(scene.root / "spend.csv", {"2026-11-20,500.00": "2026-11-20,650.00"})
    scene.backfill(FIRST, LAST)
    scene.move_to(datetime(2026, 12, 4, 3, tzinfo=UTC))
    scene.sync()
    page = shown(app, "spend")
    assert "Value 3,501 Target" in words(page)
    assert "3,651" in words(page)
    assert "150" not in section(page, "changed")


def test_a_download_has_the_days_that_the_page_has(app: FastAPI, scene: Scene) -> None:
    end_early(scene.root, date(2026, 11, 20), 3)
    scene.backfill(FIRST, date(2026, 11, 20))
    for day in (22, 23, 24):
        next_night(scene, day)
    page = shown(app, "spend")
    days = re.search(r'<table class="narrow daily">.*?</table>', page, re.DOTALL)
    assert days
    found = ask(app, f"{CYCLE}/spend.json").json()
    assert [day["as_of"] for day in found] == ["2026-11-19", "2026-11-20"]
    assert days[0].count('<th scope="row">') == len(found)


def test_a_renamed_one_has_its_days_in_downloads_too(app: FastAPI, scene: Scene) -> None:
    """Between the words and the first figures under the new id."""
    scene.backfill(FIRST, LAST)
    rewrite(scene.root / OKRS, {"{ id: spend,": "{ id: spent, was: [spend],"})
    with scene.job() as job, job.running("publish", {}) as run:
        publish(job, run)
    assert "Value 3,501" in words(shown(app, "spent"))
    assert len(ask(app, f"{CYCLE}/spent.json").json()) == 4


def test_changes_of_an_earlier_day_are_those_before_it(app: FastAPI, scene: Scene) -> None:
    scene.backfill(date(2026, 11, 1), LAST)
    rewrite(scene.root / "spend.csv", {"2026-11-20,500.00": "2026-11-20,650.00"})
    next_night(scene, 24)
    text = section(shown(app, "sessions", as_of="2026-11-10"), "changed")
    assert "since 3 Nov 2026" in text
    assert "20–22 Nov" in section(shown(app, "spend"), "changed")
    assert "20–22 Nov" not in section(shown(app, "spend", as_of="2026-11-10"), "changed")
