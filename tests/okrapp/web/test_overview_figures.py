"""The overview is true of the moment that is asked about, and of cycles and sources that lack something."""

import re
from datetime import UTC, date, datetime
from html import unescape

from fastapi import FastAPI

from okrmodel.store.store import Store
from tests.flows.scene import Scene, end_early, rewrite
from tests.okrapp.conftest import Okr
from tests.okrapp.web.asking import ask

OVERVIEW = "/w/pretend/c/2026-Q4"


def part(page: str, pattern: str) -> str:
    """The words of what a pattern finds, in one line."""
    found = re.search(pattern, page, re.DOTALL)
    assert found, f"{pattern} is not on the page"
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


def pulled(app: FastAPI, **query: str) -> str:
    page = ask(app, OVERVIEW, params=query).text
    return part(page, r"<dt>Pulled</dt><dd>.*?</dd>")


def night(scene: Scene, day: int) -> None:
    scene.move_to(datetime(2026, 11, day, 3, tzinfo=UTC))
    scene.sync()


def test_an_objective_without_key_results_comes_last(pages: FastAPI, told: Scene) -> None:
    file = told.root / "okrs/2026-Q4.yaml"
    rewrite(file, {"objectives:\n": "objectives:\n  - { id: empty, title: Nothing yet }\n"})
    told.sync()
    worst_first = ask(pages, OVERVIEW, params={"order": "worst"})
    assert worst_first.status_code == 200
    assert worst_first.text.index('id="o-grow"') < worst_first.text.index('id="o-empty"')
    as_written = ask(pages, OVERVIEW).text
    assert as_written.index('id="o-empty"') < as_written.index('id="o-grow"')


def test_as_known_at_an_earlier_moment_nothing_was_pulled_later(
    pages: FastAPI, told: Scene, store: Store
) -> None:
    instants = {r.recorded_at for days in told.told().values() for r in days.values()}
    night(told, 24)
    [first] = instants
    assert pulled(pages) == "Pulled 24 Nov 2026, 04:00 CET"
    # The moment itself is in it, for its figures are.
    assert pulled(pages, known_at=first.isoformat()) == "Pulled 23 Nov 2026, 04:00 CET"
    assert pulled(pages, known_at="2026-11-22T00:00:00") == "Pulled never"


def test_what_did_not_answer_was_not_pulled(pages: FastAPI, told: Scene) -> None:
    told.fault("/|RunReport", status=503)
    night(told, 24)
    page = ask(pages, OVERVIEW).text
    assert part(page, r"<dt>Sources</dt><dd>.*?</dd>") == "Sources 2 did not answer"
    assert pulled(pages) == "Pulled 23 Nov 2026, 04:00 CET"


def test_what_is_stale_says_why_where_it_needs_attention(pages: FastAPI, told: Scene) -> None:
    told.fault("/|RunReport", status=503)
    night(told, 24)
    page = ask(pages, OVERVIEW).text
    found = part(page, r'<div class="attention">.*?</ol>')
    assert "? stale Win MQLs as of 22 Nov 2026, because mqls is not known on 23 Nov 2026" in found


def test_as_known_at_an_earlier_moment_the_cycle_is_that_of_its_day(
    pages: FastAPI, told: Scene, okr: Okr
) -> None:
    """As `okr status` has it, also where a pretend world's clock stands still later."""
    end_early(told.root, date(2026, 11, 20), 3)
    (told.root / "okrs/winter.yaml").write_text(
        "cycle: { id: winter, starts: 2026-11-21, ends: 2026-12-31 }\n"
        "objectives: [{ id: more, title: More }]\n",
        "utf-8",
    )
    night(told, 24)
    for moment, cycle in (("2026-11-21T23:59:59", "2026-Q4"), ("2026-11-22T00:00:00", "winter")):
        page = ask(pages, "/w/pretend", params={"known_at": moment}).text
        assert part(page, r"<title>.*?</title>").startswith(f"A small pretend company {cycle}")
        if cycle == "2026-Q4":
            rows = okr("status", "--known-at", moment, "--output", "json").rows
            assert {row["cycle"] for row in rows} == {cycle}
