"""What a dry run prints: what each connection would be asked, at what cost, and why so."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

from connectors.contract import Ask, Audit, Step
from flows.edges import Edges
from flows.places import Place
from flows.planning import Errand, Plan
from flows.view import View, open_view
from okrapp import output as out
from okrapp.jobs import refused_jobs
from okrmodel.exact import counted
from okrmodel.windows import from_to

if TYPE_CHECKING:
    from rich.console import Console

COLUMNS = tuple(
    out.Column(key, key.replace("_", " "))
    for key in ("workspace", "connection", "step", "serves", "windows", "least", "estimate")
)


def dry_run(places: Sequence[Place], planned: Callable[[View], Plan], form: out.Format) -> None:
    """Plan for each workspace, and print it; no source is asked, nothing is recorded.

    Raises:
        Exit: A workspace cannot be planned for.
    """
    plans: list[tuple[View, Plan]] = []
    for place in places:
        with refused_jobs(), open_view(place, Edges()) as view:
            plans.append((view, planned(view)))
    if form == "json":
        out.write_json([_as_json(view, plan) for view, plan in plans])
    elif form == "csv":
        out.write([row for view, plan in plans for row in _rows(view, plan)], COLUMNS, form)
    else:
        # Rich is for people: JSON and CSV do without its tenth of a second.
        from okrapp.terminal import console  # noqa: PLC0415

        for view, plan in plans:
            print_lines(console(), _lines(view, plan))


Line = tuple[int, str, str]
"""How far it is indented, its text, its style."""


def print_lines(screen: "Console", lines: Iterable[Line]) -> None:
    """Each line wrapped to the screen, below its own margin."""
    for indent, line, style in lines:
        margin = " " * indent
        text = fill(line, screen.width, initial_indent=margin, subsequent_indent=margin)
        screen.print(text, style=style, markup=False, soft_wrap=True)


def _lines(view: View, plan: Plan) -> Iterator[Line]:
    yield 0, view.company.workspace.name, "bold"
    for errand in plan.errands:
        yield 0, "", ""
        yield 0, f"{errand.connection} ({errand.connector} {errand.account})", "bold"
        if errand.trouble:
            yield 2, errand.trouble, "red"
        for step in errand.steps:
            yield from _step_lines(plan, step)
        if taken := spends(errand):
            yield 2, f"takes {taken}", ""
    yield 0, "", ""
    yield 0, _sum(plan), ""


def _step_lines(plan: Plan, step: Step) -> Iterator[Line]:
    yield 2, f"{step.title}: {cost(step.calls, step.expected)}", ""
    yield 4, f"for {serves(plan, step.serves)}", "dim"
    for candidate in step.candidates:
        calls = "cost not known yet" if candidate.calls is None else _requests(candidate.calls)
        yield 4, f"– {candidate.how}: {calls}, {candidate.verdict}", "dim"


def _sum(plan: Plan) -> str:
    told = f"In all {cost(plan.least, plan.estimate)}" if plan.errands else "Nothing need be asked"
    steps = (step for errand in plan.errands for step in errand.steps)
    unknown = any(candidate.calls is None for step in steps for candidate in step.candidates)
    if unknown and plan.estimate <= plan.least:
        told += " at least"
    return f"{told}. Nothing was sent, nothing recorded."


def cost(least: int, estimate: int) -> str:
    """How many requests, for people."""
    if estimate <= least:
        return _requests(least)
    return f"{_requests(least)} at least, about {estimate}"


def _requests(count: int) -> str:
    return counted(count, "request") if count else "no request"


def spends(errand: Errand) -> str:
    """What it takes of the account's quotas, for people."""
    return ", ".join(f"{amount} of {quota}" for quota, amount in errand.spends.items())


def serves(plan: Plan, asks: Sequence[Ask]) -> str:
    """Metrics with the same windows together: "mqls, sqls (52 days from 2026-10-01)"."""
    by_windows: dict[str, list[str]] = {}
    for ask in asks:
        by_windows.setdefault(_windows(ask), []).append(_named(plan, ask))
    return "; ".join(f"{', '.join(names)} ({told})" for told, names in by_windows.items())


def _named(plan: Plan, ask: Ask) -> str:
    """The metrics; check-ins are none and go by the key result."""
    said = ask.query.canonical()
    own = said.get("check_ins") or said.get("milestone") or said.get("override") or ""
    return " = ".join(plan.names.get(ask.fingerprint, (str(own),)))


def _windows(ask: Ask) -> str:
    days = all(window.length == 1 for window in ask.windows)
    what = counted(len(ask.windows), "day" if days else "window")
    audited = "compared as a whole, " if isinstance(ask, Audit) else ""
    over = from_to(ask.windows[0].start, max(window.last_day for window in ask.windows))
    return f"{audited}{what}, {over}"


def _rows(view: View, plan: Plan) -> Iterator[out.Row]:
    for errand in plan.errands:
        for step in errand.steps:
            yield {
                "workspace": view.workspace,
                "connection": errand.connection,
                "step": step.title,
                "serves": " ".join(sorted({_named(plan, ask) for ask in step.serves})),
                "windows": sum(len(ask.windows) for ask in step.serves),
                "least": step.calls,
                "estimate": step.expected,
            }


def _as_json(view: View, plan: Plan) -> dict[str, Any]:
    return {
        "workspace": view.workspace,
        "connections": connections_json(plan),
    }


def connections_json(plan: Plan) -> list[dict[str, Any]]:
    """What each connection would be asked, as plain values."""
    return [
        {
            "connection": errand.connection,
            "connector": errand.connector,
            "account": errand.account,
            "trouble": errand.trouble or None,
            "least": errand.least,
            "estimate": errand.estimate,
            "spends": errand.spends,
            "steps": [_step_json(plan, step) for step in errand.steps],
        }
        for errand in plan.errands
    ]


def _step_json(plan: Plan, step: Step) -> dict[str, Any]:
    return {
        "title": step.title,
        "least": step.calls,
        "estimate": step.expected,
        "candidates": [
            {"how": c.how, "calls": c.calls, "verdict": c.verdict} for c in step.candidates
        ],
        "spends": {spend.quota: spend.amount for spend in step.spends},
        "serves": [
            {
                "metrics": list(plan.names.get(ask.fingerprint, ())),
                "fingerprint": ask.fingerprint,
                "compared": isinstance(ask, Audit),
                "windows": [[w.start.isoformat(), w.end.isoformat()] for w in ask.windows],
            }
            for ask in step.serves
        ],
    }
