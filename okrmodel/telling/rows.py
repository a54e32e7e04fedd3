"""A key result as a row for people: names, rounded figures and the status in words.

Digests, notes and artifacts take their cells from here, so that they cannot tell it differently.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from okrmodel.definitions.cycle import Objective
from okrmodel.definitions.key_results import KeyResult, Maintain
from okrmodel.snapshot import Snapshot, Status
from okrmodel.telling.looks import status_words
from okrmodel.telling.numbers import beside
from okrmodel.telling.reasons import reason
from okrmodel.telling.sheet import Sheet
from okrmodel.telling.texts import Texts


@dataclass(frozen=True, slots=True)
class Row:
    """One key result; all of it plain text, and a dash where there is no number."""

    title: str
    owner: str
    """A name; empty where nobody owns it."""
    value: str
    target: str
    """With its unit; of one that is to be kept, the bound with its direction."""
    stands: str
    """The value against the target; a dash without a value."""
    progress: str
    expected: str
    forecast: str
    """Where it is going to end; a dash where nobody can say."""
    chance: str
    """To meet the target."""
    status: Status
    words: str
    """The status, as it is called."""
    reason: str


def rows(sheet: Sheet, texts: Texts) -> Iterator[tuple[Objective, tuple[Row, ...]]]:
    """Every key result of a sheet, by objective, as written."""
    for objective in sheet.cycle.objectives:
        owned = [(k, sheet.words.owner(objective.owner_of(k))) for k in objective.key_results]
        yield (
            objective,
            tuple(
                row(
                    texts,
                    key_result,
                    sheet.snapshots.get(key_result.id),
                    unit=sheet.unit(key_result.id),
                    owner=owner,
                    absence=sheet.absence,
                )
                for key_result, owner in owned
            ),
        )


def row(
    texts: Texts,
    key_result: KeyResult,
    said: Snapshot | None,
    *,
    unit: str,
    owner: str,
    absence: str = "",
) -> Row:
    """One key result's row.

    Args:
        texts: In the reader's language.
        key_result: As the files have it.
        said: What is known of it; None when nothing was recorded.
        unit: Of its value; empty where nobody said.
        owner: Its name.
        absence: Why there is nothing, where there is nothing.
    """
    status = said.status if said else Status.NO_DATA
    figures = texts.figures
    expects = said.forecast if said else None
    value = figures.compact(said.value if said else None, beside(unit))
    aim = target(texts, key_result, said, unit)
    kept = isinstance(key_result, Maintain)
    against = texts("digest.kept" if kept else "common.of-target", value=value, target=aim)
    return Row(
        title=key_result.title,
        owner=owner,
        value=value,
        target=aim,
        stands=against if said and said.value is not None else value,
        progress=figures.percent(said.raw_progress if said else None),
        expected=figures.percent(said.expected if said else None),
        forecast=figures.estimate(expects.final, beside(unit)) if expects else figures.value(None),
        chance=figures.chance(expects.hit if expects else None),
        status=status,
        words=status_words(texts, status),
        reason=reason(texts, said.reason if said else absence),
    )


def target(texts: Texts, key_result: KeyResult, said: Snapshot | None, unit: str) -> str:
    """What is to be reached or kept, with its unit."""
    figures = texts.figures
    if isinstance(key_result, Maintain):
        return _bound(texts, key_result, unit)
    return figures.compact(said.target if said else None, unit)


def _bound(texts: Texts, kept: Maintain, unit: str) -> str:
    def told(bound: Decimal) -> str:
        return texts.figures.compact(bound, unit)

    if kept.between:
        low, high = kept.between.low, kept.between.high
        return texts("digest.between", low=told(low), high=told(high))
    if kept.at_least is not None:
        return texts("reasons.at-least", bound=told(kept.at_least))
    return texts("reasons.at-most", bound=told(kept.at_most)) if kept.at_most is not None else "–"
