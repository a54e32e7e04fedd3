"""Config files made of what was found: they lint, and say what was found."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from okrmodel.definitions.base import ID_FORM
from okrmodel.definitions.key_results import Manual, Milestones
from okrmodel.definitions.workspace import Person
from okrmodel.exact import plain
from okrmodel.problems import Severity
from okrmodel.reading.appending import NoRoom
from okrmodel.reading.company import read_company
from okrmodel.reading.people import with_people
from okrmodel.slug import free, slug
from okrmodel.tracker.found import Found, FoundKeyResult, FoundObjective
from okrmodel.tracker.named import named
from okrmodel.tracker.written import STEP, Source, check_ins_text, cycle_text

WORKSPACE = "version: 1\nid: acme\nname: Acme\ntimezone: Europe/Warsaw\n"
SOURCE = Source("tracker: #1\n.csv", "2026-Q4", date(2026, 12, 31), date(2026, 11, 20))

LINES = st.text(min_size=1, max_size=60).map(lambda text: " ".join(text.split())).filter(bool)
TITLES = LINES | st.sampled_from(
    [
        "no",
        "yes",
        "12:30",
        "1e3",
        "- a",
        "a: b",
        "# c",
        "null",
        "'",
        '"',
        "{x}",
        "on",
        "010",
        "@",
        "~",
    ]
)
NUMBERS = st.decimals(-(10**12), 10**12, places=3).filter(lambda number: number != 0)
DAYS = st.dates(date(2026, 10, 1), date(2026, 12, 31))


@st.composite
def key_results(draw: st.DrawFn) -> FoundKeyResult:
    scale = draw(st.booleans())
    start = draw(st.none() | NUMBERS)
    return FoundKeyResult(
        row=draw(st.integers(2, 99)),
        title=draw(TITLES),
        target=draw(NUMBERS.filter(lambda number: number != start)) if scale else None,
        start=start if scale else None,
        current=draw(st.none() | NUMBERS) if scale else None,
        done=None if scale else draw(st.none() | st.booleans()),
        unit=draw(st.just("") | LINES) if scale else "",
        owner=draw(st.just("") | TITLES),
        due=draw(st.none() | DAYS),
        weight=draw(st.none() | st.decimals("0.5", 9, places=1)),
        note=draw(st.text(max_size=40)),
    )


OBJECTIVES = st.builds(
    FoundObjective,
    st.just(1),
    TITLES,
    st.just("") | TITLES,
    st.just(""),
    st.lists(key_results(), max_size=3),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(OBJECTIVES, min_size=1, max_size=3))
def test_what_is_written_lints_and_says_what_was_found(objectives: list[FoundObjective]) -> None:
    found = Found(tuple(objectives), ())
    given_ids = named(found, {"win"}, {"win"}, {})
    texts = {
        "okrs/2026-Q4.yaml": cycle_text(given_ids, SOURCE, "../okrs.schema.json"),
        "checkins/2026-Q4.yaml": check_ins_text(given_ids, SOURCE, "../checkins.schema.json"),
    }
    for text in texts.values():
        yaml.safe_load(text)
    workspace = WORKSPACE
    if given_ids.new_people:
        workspace = with_people(WORKSPACE, given_ids.new_people)
    with TemporaryDirectory() as folder:
        (Path(folder) / "workspace.yaml").write_text(workspace, "utf-8")
        reading = read_company(Path(folder), {}, instead=texts)
    assert not [str(p) for p in reading.problems if p.severity is Severity.ERROR]
    assert reading.company
    [cycle] = reading.company.cycles
    people = reading.company.workspace.people
    for objective, wanted in zip(cycle.objectives, objectives, strict=True):
        assert objective.title == wanted.title
        assert (people[objective.owner].name if objective.owner else "") == wanted.owner or _same(
            people[objective.owner or ""], wanted.owner
        )
        for key_result, one in zip(objective.key_results, wanted.key_results, strict=True):
            assert (key_result.title, key_result.note, key_result.due) == (
                one.title,
                one.note,
                one.due,
            )
            assert key_result.weight == (one.weight or 1)
            if isinstance(key_result, Manual):
                assert (key_result.from_, key_result.target) == (one.start, one.target)
                assert key_result.unit == one.unit
            else:
                assert isinstance(key_result, Milestones)
                assert key_result.steps[0].due == (one.due or SOURCE.last_day)
    reported = yaml.safe_load(texts["checkins/2026-Q4.yaml"]) or []
    values = [(k.current, k.done) for k in found.key_results if k.current is not None or k.done]
    assert [
        (plain(Decimal(str(e["value"]))) if "value" in e else e["milestone"]) for e in reported
    ] == [STEP if done else plain(current or Decimal(0)) for current, done in values]


def _same(person: Person, owner: str) -> bool:
    """Two ways to write one name are one person."""
    return (
        slug(person.name, "person") == slug(owner, "person")
        or person.name.casefold() == owner.casefold()
    )


def test_ids_come_from_titles_stay_the_same_and_are_used_once() -> None:
    key = FoundKeyResult(2, "Win MQLs", Decimal(1))
    own = FoundKeyResult(3, "Other", Decimal(1), id="kept_id")
    number = FoundKeyResult(4, "Łódź & Größe: 100 %", Decimal(1), id="17")
    found = Found((FoundObjective(1, "Grow", key_results=[key, key, own, number]),), ())
    for _ in range(2):
        ids = named(found, {"grow"}, {"win-mqls-2"})
        assert [name for name, _, _ in ids.objectives] == ["grow-2"]
        assert [name for name, _ in ids.key_results] == [
            "win-mqls",
            "win-mqls-3",
            "kept_id",
            "lodz-grosse-100",
        ]


def test_an_owner_is_known_by_id_name_or_address() -> None:
    people = {"ola": Person(name="Ola Nowak", email="ola@acorn.example")}
    owners = ["ola", "OLA NOWAK", "ola@acorn.example", "Jan", "jan", "ola@other.example"]
    rows = [FoundKeyResult(n, "x", Decimal(1), owner=owner) for n, owner in enumerate(owners)]
    ids = named(Found((FoundObjective(1, "o", key_results=rows),), ()), people=people)
    assert list(ids.owners.values()) == ["ola", "ola", "ola", "jan", "jan", "ola-2"]
    assert {own: (one.name, one.email) for own, one in ids.new_people.items()} == {
        "jan": ("Jan", None),
        "ola-2": ("ola@other.example", "ola@other.example"),
    }


@given(st.text(max_size=90), st.integers(5, 63))
def test_a_slug_is_an_id_and_its_own_slug(name: str, most: int) -> None:
    made = slug(name, "other", most)
    assert ID_FORM.fullmatch(made)
    assert len(made) <= max(most, len("other"))
    assert slug(made, "other", most) == made
    assert free(made, set()) == made
    assert free(made, {made}) != made


ANN = {"ann": Person(name="Ann: #1", email="ann@x.example")}


@pytest.mark.parametrize(
    "text",
    [
        WORKSPACE,
        WORKSPACE.rstrip(),
        WORKSPACE.replace("\n", "\r\n"),
        "people:\n  # who\n  ola: { name: Ola }\n\n" + WORKSPACE,
        WORKSPACE + "people:\n    ola:\n        name: Ola # first\n",
    ],
)
def test_people_join_the_others_and_every_line_stays(text: str) -> None:
    grown = with_people(text, ANN)
    there = yaml.safe_load(text).get("people", {})
    assert yaml.safe_load(grown)["people"] == {
        **there,
        "ann": {"name": "Ann: #1", "email": "ann@x.example"},
    }
    kept = iter(grown.splitlines())
    assert all(line in kept for line in text.splitlines()), "in their order"
    assert ("\r\n" in grown) == ("\r\n" in text)


@pytest.mark.parametrize("people", ["people: { ola: { name: Ola } }\n", "people: {}\n"])
def test_people_on_one_line_are_left_alone(people: str) -> None:
    with pytest.raises(NoRoom):
        with_people(WORKSPACE + people, ANN)
    with pytest.raises(NoRoom):
        with_people("{ version: 1, id: acme }\n", ANN)
