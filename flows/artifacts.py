"""The OKR table as Markdown, for whoever looks at the run in Prefect."""

from decimal import Decimal

from flows.report import Report
from okrmodel.snapshot import Snapshot


def markdown(report: Report) -> str:
    """A workspace's key results as of the run's last day, and what did not answer."""
    lines = [
        f"# {_safe(report.title)}, {report.as_of.isoformat()}",
        "",
        "| key result | value | target | progress | expected | status | why |",
        "|---|--:|--:|--:|--:|---|---|",
        *(_row(each, _named(each, report)) for each in report.snapshots),
    ]
    if report.faults:
        lines += ["", "## What did not answer", ""]
        lines += [f"- **{fault.connection}**: {_safe(str(fault))}" for fault in report.faults]
    if report.frozen:
        lines += ["", f"Frozen from now on: {', '.join(each.cycle for each in report.frozen)}."]
    calls = ", ".join(f"{name} {count}" for name, count in sorted(report.calls.items()))
    lines += ["", f"Run {report.run}; requests: {calls or 'none'}."]
    return "\n".join(lines)


def _named(snapshot: Snapshot, report: Report) -> str:
    """Its id; with its cycle while the one before is not frozen yet, and may have it, too."""
    several = len({each.cycle for each in report.snapshots}) > 1
    return f"{snapshot.cycle}/{snapshot.key_result}" if several else snapshot.key_result


def _row(snapshot: Snapshot, name: str) -> str:
    cells = (
        name,
        _number(snapshot.value),
        _number(snapshot.target),
        _share(snapshot.raw_progress),
        _share(snapshot.expected),
        snapshot.status.value,
        _safe(snapshot.reason),
    )
    return f"| {' | '.join(cells)} |"


def _number(value: Decimal | None) -> str:
    return "–" if value is None else f"{value:,.4f}".rstrip("0").rstrip(".")


def _share(value: Decimal | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def _safe(text: str) -> str:
    """Words of a config or a source, unable to become Markdown or HTML of their own."""
    for mark, shown in (("&", "&amp;"), ("<", "&lt;"), ("|", "\\|"), ("[", "\\["), ("\n", " ")):
        text = text.replace(mark, shown)
    return text
