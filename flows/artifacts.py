"""The OKR table as Markdown, for whoever looks at the run in Prefect."""

from collections.abc import Iterator, Mapping

from flows.report import Report
from okrmodel.definitions.cycle import Cycle
from okrmodel.snapshot import Snapshot
from okrmodel.telling.looks import LOOKS
from okrmodel.telling.markdown_text import table, within
from okrmodel.telling.rows import Row, row
from okrmodel.telling.texts import Texts, texts_of

_HEADINGS = (
    "common.key-result",
    "common.owner",
    "common.status",
    "common.value",
    "common.target",
    "common.progress",
    "common.plan",
    "common.forecast",
    "common.chance",
    "artifact.why",
)
_NUMBERS = slice(3, 9)


def markdown(report: Report) -> str:
    """A workspace's key results as of the run's last day, and what did not answer."""
    texts = texts_of(report.words.locale)
    parts = [f"# {within(report.words.name)}, {texts.figures.day(report.as_of)}"]
    for cycle in report.words.cycles:
        found = {s.key_result: s for s in report.snapshots if s.cycle == cycle.id}
        if found:
            parts += [f"## {within(cycle.id)}", "\n".join(_table(texts, report, cycle, found))]
    if report.faults:
        told = (f"- **{within(f.connection)}**: {within(str(f))}" for f in report.faults)
        parts += [f"## {texts('artifact.faults')}", "\n".join(told)]
    if report.frozen:
        cycles = ", ".join(within(each.cycle) for each in report.frozen)
        parts.append(texts("artifact.frozen", cycles=cycles))
    calls = ", ".join(f"{within(name)} {count}" for name, count in sorted(report.calls.items()))
    parts.append(texts("artifact.run", run=str(report.run), calls=calls or "–"))
    return "\n\n".join(parts)


def _table(
    texts: Texts, report: Report, cycle: Cycle, found: Mapping[str, Snapshot]
) -> Iterator[str]:
    told = (
        row(
            texts,
            key_result,
            found[key_result.id],
            unit=report.words.unit(cycle.id, key_result.id),
            owner=report.words.owner(objective.owner_of(key_result)),
        )
        for objective, key_result in cycle.key_results()
        if key_result.id in found
    )
    return table([texts(key) for key in _HEADINGS], map(_cells, told), _NUMBERS)


def _cells(told: Row) -> tuple[str, ...]:
    status = f"{LOOKS[told.status].sign} {told.words}"
    figures = (told.value, told.target, told.progress, told.expected, told.forecast, told.chance)
    return tuple(map(within, (told.title, told.owner, status, *figures, told.reason)))
