"""What a changed config would do, as a page for people and as a comment on a pull request."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from flows.whatif import Foretold, WhatIf
from okrapp import plan_told as told
from okrapp.dry_run import Line
from okrmodel.exact import counted
from okrmodel.problems import Problem, with_lines
from okrmodel.telling.markdown_text import plain, within


def text(found: WhatIf) -> Iterator[Line]:
    """One workspace, for the terminal; its problems apart."""
    if found.empty:
        yield 0, f"{found.title}: nothing changes.", ""
        return
    yield 0, f"{found.title}: {_summary(found)}", "bold"
    for foretold in found.key_results:
        yield 0, "", ""
        yield from _key_result(foretold, found)
    if found.metrics:
        yield 0, "", ""
        yield 0, "Metrics", "bold"
        yield from ((2, told.metric_told(metric), "") for metric in found.metrics)
    if words := told.words_told(found):
        yield 0, "", ""
        yield 0, f"In words only: {words}", ""
    yield from _to_come(found)


def _key_result(foretold: Foretold, found: WhatIf) -> Iterator[Line]:
    name, title = told.names(foretold.change, found.told)
    yield 0, f"{told.sign(foretold.change)} {name}  {title}", "bold"
    yield 2, told.what(foretold.change), ""
    if last := told.last_day(foretold):
        yield 2, last, ""
    yield from ((2, line, "dim") for line in told.recorded_days(foretold))


def _to_come(found: WhatIf) -> Iterator[Line]:
    yield 0, "", ""
    if found.fetch.errands:
        yield 0, f"The next sync has to ask because of it: {told.total(found.fetch)}", "bold"
        yield from ((2, line, "") for line in told.fetched(found))
    else:
        yield 0, "Nothing has to be asked because of it.", ""
    if applied := told.how_applied(found):
        yield 0, applied, "dim"


def _summary(found: WhatIf) -> str:
    counts = (
        (len(found.key_results), "key result", ""),
        (len(found.metrics), "metric", ""),
        (len(found.words), "key result", " in words only"),
    )
    parts = [f"{counted(number, thing)}{how}" for number, thing, how in counts if number]
    verb = "changes" if sum(number for number, _, _ in counts) == 1 else "change"
    *first, last = parts
    return f"{', '.join(first)} and {last} {verb}" if first else f"{last} {verb}"


def markdown(every: Sequence[WhatIf], refusals: Iterable[str]) -> str:
    """All workspaces as one comment: what changes in tables, the details folded."""
    parts = ["## okr plan"]
    parts += [quoted(refusal) for refusal in refusals]
    parts += [_section(found) for found in every if not found.empty]
    if same := [found.title for found in every if found.empty]:
        parts.append(f"Nothing changes in {', '.join(map(plain, same))}.")
    return "\n\n".join(parts) + "\n"


def _section(found: WhatIf) -> str:
    parts = [f"### {plain(found.title)}: {_summary(found)}"]
    parts += [f"- {problem_told(problem)}" for problem in found.problems]
    if found.key_results:
        parts.append(_table(found))
    if words := told.words_told(found):
        parts.append(f"In words only: {plain(words)}.")
    if flips := list(_days_lines(found)):
        parts.append(_folded("Recorded days", flips))
    if found.metrics:
        lines = [plain(told.metric_told(metric)) for metric in found.metrics]
        parts.append(_folded("Metrics", lines))
    if found.fetch.errands:
        title = f"The next sync has to ask because of it: {told.total(found.fetch)}"
        parts.append(_folded(title, [plain(line) for line in told.fetched(found)]))
    else:
        parts.append("Nothing has to be asked because of it.")
    if applied := told.how_applied(found):
        parts.append(plain(applied))
    return "\n\n".join(parts)


def problem_told(problem: Problem) -> str:
    """A problem as an entry of a list."""
    sign = {"error": "❌", "warning": "⚠️"}[problem.severity.value]
    return f"{sign} `{problem.place}` {plain(problem.message)} `{problem.code}`"


def _table(found: WhatIf) -> str:
    rows = ["|  | key result | change | last recorded day |", "|---|---|---|---|"]
    for foretold in found.key_results:
        name, title = told.names(foretold.change, found.told)
        cells = (
            told.sign(foretold.change),
            f"`{name}` {within(title)}",
            within(told.what(foretold.change)),
            within(told.last_day(foretold)),
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _days_lines(found: WhatIf) -> Iterator[str]:
    for foretold in found.key_results:
        if sentences := list(told.recorded_days(foretold)):
            yield f"`{told.names(foretold.change, found.told)[0]}`: {plain('; '.join(sentences))}"


def _folded(title: str, lines: Iterable[str]) -> str:
    listed = "\n".join(f"- {line}" for line in lines)
    return f"<details><summary>{title}</summary>\n\n{listed}\n\n</details>"


def quoted(text: str) -> str:
    """Text as it is."""
    return f"```\n{text}\n```"


def problems_text(every: Iterable[WhatIf], root: Path) -> str:
    """All problems with their lines of the files."""
    return "\n".join(with_lines([p for found in every for p in found.problems], root))
