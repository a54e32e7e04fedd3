"""`okr doctor`: would tonight's sync work?"""

from rich.text import Text

from flows.doctor import doctor as examine
from flows.edges import Edges
from flows.places import Place, read_place
from okrapp import output as out
from okrapp.exits import FAILED, Exit
from okrapp.terminal import console
from okrapp.where import Which, readable_config

_COLUMNS = (
    out.Column("workspace", "workspace"),
    out.Column("connection", "connection"),
    out.Column("ok", ""),
    out.Column("subject", "checked"),
    out.Column("message", "found"),
    out.Column("remedy", "what to do"),
)


def doctor(where: Which | None = None, *, output: out.Format = "table") -> None:
    """Ask each connection whether it would work tonight, with a few cheap calls.

    Args:
        where: Which workspaces.
        output: A table for people; JSON or CSV for programs.
    """
    edges = Edges()
    rows: list[out.Row] = []
    refusals: list[str] = []
    which = where or Which()
    for place in which.places():
        try:
            rows += _findings(place, edges, named=bool(which.workspace))
        except Exit as refusal:
            # One workspace that cannot be read hides no other.
            refusals.append(refusal.message)
    if output == "table":
        _write_list(rows)
    else:
        out.write(rows, _COLUMNS, output)
    if refusals or not all(row["ok"] for row in rows):
        raise Exit(FAILED, "\n\n".join(refusals))


def _findings(place: Place, edges: Edges, *, named: bool) -> list[out.Row]:
    with readable_config():
        company, _ = read_place(place)
    if company.workspace.left and not named:
        # Its secrets were forgotten: that they are missing is no news.
        return []
    return [
        {
            "workspace": place.workspace,
            "connection": connection,
            "ok": finding.ok,
            "subject": finding.subject,
            "message": finding.message,
            "remedy": finding.remedy or None,
        }
        for connection, finding in examine(company, place.folder, edges)
    ]


def _write_list(rows: list[out.Row]) -> None:
    """A heading for each connection, a line for each finding, its remedy below it."""
    screen = console()
    heading = None
    for row in rows:
        if (above := (row["workspace"], row["connection"])) != heading:
            heading = above
            screen.print(Text(f"{row['connection']}  ", "bold"), Text(row["workspace"], "dim"))
        sign = Text("✓", "green") if row["ok"] else Text("✗", "red")
        line = Text.assemble("  ", sign, f" {row['subject']}: {row['message']}")
        if row["remedy"] and not row["ok"]:
            line.append(f"\n    → {row['remedy']}", "bold")
        screen.print(line, soft_wrap=True)
