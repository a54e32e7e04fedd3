"""The overview, the list of workspaces, the digest and the board count the same, whatever is recorded."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okrmodel.snapshot import Status
from okrmodel.store.publications import published
from okrmodel.telling.digest import digest_letter
from okrmodel.telling.looks import COURSES
from okrmodel.telling.numbers import figures_of
from okrmodel.telling.week import read_week
from tests.okrapp.web.many import SUNDAY, Many
from tests.okrmodel.store.samples import Work, closure, cycle, snapshot, words

ENDS = date(2026, 12, 31)
numbers = count()


@dataclass(frozen=True)
class Said:
    """What is recorded of a key result."""

    status: Status
    stale: int | None
    """So many days older than the day it is of; None where nothing is missing."""
    window: int
    """Its value describes days up to so many before."""
    age: int
    """Recorded last as of so many days before."""


SAID = st.builds(
    Said,
    st.sampled_from(Status),
    st.none() | st.integers(1, 4),
    st.sampled_from((0, 0, 0, 7)),
    st.sampled_from((0, 0, 0, 1)),
)
KEY_RESULTS = st.lists(st.none() | SAID, min_size=1, max_size=9)


@pytest.fixture(scope="module")
def agency(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Many]:
    file = tmp_path_factory.mktemp("counted") / "okr.db"
    file.write_bytes(migrated_file.read_bytes())
    many = Many.open(file)
    many.sync("other", Status.ON_TRACK)
    yield many
    many.store.close()


def record(many: Many, workspace: str, every: list[Said | None]) -> None:
    work = Work.begin(many.store, workspace)
    own = closure(workspace=workspace)
    work.definitions(own)
    hashes = {"definition_hash": own.definition_hash, "computation_hash": own.computation_hash}
    names = [chr(ord("a") + n) for n in range(len(every))]
    work.publish(words(cycle(*names, ends=ENDS), workspace=workspace, name=workspace))
    found = []
    for name, said in zip(names, every, strict=True):
        if said:
            as_of = SUNDAY - timedelta(days=said.age)
            through = as_of - timedelta(days=said.window if said.stale is None else said.stale)
            stale = None if said.stale is None else "crm is down"
            own_words = {"workspace": workspace, "key_result": name, "as_of": as_of}
            found.append(
                snapshot(**own_words, status=said.status, through=through, stale=stale, **hashes)
            )
    work.snapshots(*found)


def in_line(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def courses(html: str, pattern: str) -> dict[str, int]:
    return {name: int(n) for name, n in re.findall(pattern, html)}


@settings(max_examples=40)
@given(every=KEY_RESULTS)
def test_all_that_is_counted_agrees(agency: Many, every: list[Said | None]) -> None:
    name = f"w{next(numbers)}"
    record(agency, name, every)
    statuses = [said.status if said else Status.NO_DATA for said in every]
    counted = {course: sum(s in among for s in statuses) for course, among in COURSES.items()}
    wanted = {course: n for course, n in counted.items() if n}

    page = agency.get(f"/w/{name}/c/2026-Q4").text
    assert in_line(re.findall(r'<p class="answer">.*?</p>', page, re.DOTALL)[0]).startswith(
        f"{counted['good']} of {len(every)} "
    )
    assert courses(page, r'<li class="tone-(\w+)">.*?<b>(\d+)</b>') == wanted
    attention = [s for s in statuses if s not in COURSES["good"] | {Status.TOO_EARLY}]
    listed = re.search(r'<div class="attention">.*?</div>', page, re.DOTALL)
    assert listed
    more = re.search(r'class="more"><a[^>]*>and (\d+)', listed[0])
    assert listed[0].count("<li>") + int(more[1] if more else 0) == len(attention)

    both = agency.get("/", name, "other").text
    row = next(
        row
        for row in re.findall(r'<tr role="row".*?</tr>', both, re.DOTALL)
        if f'href="/w/{name}"' in row
    )
    assert courses(row, r'<b class="tone-(\w+)">\S+ (\d+)</b>') == wanted

    said = published(agency.store, name)
    assert said
    week = read_week(agency.store, said, said.cycles[0], SUNDAY)
    assert week.good == counted["good"]
    assert sum(week.counts.values()) == len(every)
    lead = digest_letter(agency.store, said, said.cycles[0], SUNDAY, None).text.splitlines()[0]
    if week.judged:
        assert f"{counted['good']} of {len(every)}" in lead

    through = week.sheet.through
    told = figures_of("en").day(through) if through else "–"
    assert f"<dt>Complete up to</dt><dd>{told}</dd>" in page
    short = figures_of("en").short_day(through) if through else "–"
    cell = re.findall(r'<td role="cell" class="number"[^>]*>(.*?)</td>', row, re.DOTALL)[1]
    assert in_line(cell).split(" ")[: len(short.split(" "))] == short.split(" ")
