"""One run: what it was asked to do, how each part of it went, and what it recorded."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from okrapp.web.page import Page
from okrapp.web.pages.endings import ENDING_LOOKS, Ending, Fault, faults
from okrapp.web.pages.runs import frame_of, run_lines
from okrapp.web.shelf import NotThere, Shelf
from okrmodel.publication import Publication
from okrmodel.store.kinds import Kind
from okrmodel.store.run_list import held, recorded_by
from okrmodel.store.runs import Outcome, StoredRun, outcomes, run
from okrmodel.store.snapshots import KeyResult


@dataclass(frozen=True)
class Asked:
    """How a run went for a connection."""

    outcome: Outcome
    ending: Ending
    faults: Sequence[Fault]


@dataclass(frozen=True)
class Recorded:
    """What a run did for a key result."""

    cycle: str
    key_result: str
    title: str
    published: bool
    """Whether it has a page."""
    ending: Ending | None
    """None where the run noted nothing of it, but recorded something."""
    reason: str
    kinds: Mapping[Kind, int]
    """How many revisions of each kind were recorded."""


def run_page(shelf: Shelf, words: Publication, number: int) -> Page:
    """The page.

    Raises:
        NotThere: The workspace has no such run.
    """
    found = run(shelf.store, number)
    if found is None or found.workspace != words.workspace:
        raise NotThere(str(number))
    (line,) = run_lines(shelf, [found], {words.workspace: frame_of(words)})
    noted = outcomes(shelf.store, number)
    recorded = _recorded(shelf, words, found, noted)
    content = {
        "line": line,
        "held": held(shelf.store).get(words.workspace) if line.ending is Ending.GOES_ON else None,
        "parameters": {name: _plain(value) for name, value in found.parameters.items()},
        "connections": [
            Asked(each, Ending(each.result.value), faults(each.reason))
            for each in noted
            if each.subject == "connection"
        ],
        "recorded": recorded,
        "figures_of_run": _all_kinds(recorded),
        "ending_looks": ENDING_LOOKS,
        "kinds_of_figures": tuple(Kind),
        "zone": words.zone,
    }
    return Page("run.html", words, content, path=f"/w/{words.workspace}/runs/{number}")


def _plain(value: object) -> str:
    """A parameter as it is in the store; a text without its quotes."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _recorded(
    shelf: Shelf, words: Publication, found: StoredRun, noted: Sequence[Outcome]
) -> list[Recorded]:
    """By key result, as written in the files; those that they do not have any more come last."""
    said = {_place(each.name): each for each in noted if each.subject == "key_result"}
    # What a run noted tells which cycles it was about; one that was killed before noted nothing.
    cycles = {cycle for cycle, _ in said} or None
    kinds = recorded_by(shelf.store, words.workspace, found.id, cycles)
    titles = {
        (cycle.id, key_result.id): key_result.title
        for cycle in words.cycles
        for _, key_result in cycle.key_results()
    }
    order = {place: n for n, place in enumerate(titles)}
    places = sorted(
        said.keys() | kinds.keys(), key=lambda each: (order.get(each, len(order)), each)
    )
    return [
        Recorded(
            cycle=place[0],
            key_result=place[1],
            title=titles.get(place, place[1]),
            published=place in titles,
            ending=Ending(said[place].result.value) if place in said else None,
            reason=said[place].reason if place in said else "",
            kinds=kinds.get(place, {}),
        )
        for place in places
    ]


def _place(name: str) -> KeyResult:
    cycle, _, key_result = name.partition("/")
    return cycle, key_result


def _all_kinds(recorded: Sequence[Recorded]) -> Counter[Kind]:
    total: Counter[Kind] = Counter()
    for each in recorded:
        total.update(each.kinds)
    return total
