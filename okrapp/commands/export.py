"""`okr export`: a cycle's sheet, for a spreadsheet, a program or a page."""

import sys
from datetime import date
from pathlib import Path
from typing import Literal

from okrapp.exits import FAILED, USAGE, Exit
from okrapp.exported import csv_text, exported, json_text, markdown, workbook
from okrapp.gathering import gather
from okrapp.where import Where
from okrapp.written_files import replace_bytes
from okrmodel.telling.sheet import Sheet

Form = Literal["csv", "json", "markdown", "xlsx"]

_ENDINGS: dict[str, Form] = {
    ".csv": "csv",
    ".json": "json",
    ".md": "markdown",
    ".markdown": "markdown",
    ".xlsx": "xlsx",
}


def export(
    where: Where | None = None,
    *,
    output: Form | None = None,
    to: Path | None = None,
    cycle: str | None = None,
    as_of: date | None = None,
) -> None:
    """Write a cycle's sheet as CSV, JSON, Markdown or XLSX.

    Args:
        where: Which workspaces.
        output: The form; the one that the file's name ends in when not given, else CSV.
        to: The file to write, which replaces one that is there; printed when not given.
        cycle: A cycle's id; the one that the day is in when not given.
        as_of: The day to look at, such as 2026-11-22; the last recorded one when not given.
    """
    form = output or (_ENDINGS.get(to.suffix.lower(), "csv") if to else "csv")
    if form == "xlsx" and to is None:
        raise Exit(USAGE, "a workbook cannot be printed; name its file, such as --to okrs.xlsx")
    if to and not to.parent.is_dir():
        raise Exit(USAGE, f"{to}: there is no folder {to.parent}")
    sheets, refusals = gather(where or Where(), as_of=as_of, cycle=cycle)
    content = _content(sheets, form)
    if to is None:
        sys.stdout.write(content.decode())
    else:
        replace_bytes(to, to.with_name(f".{to.name}.new"), content)
    if refusals:
        raise Exit(FAILED, "\n\n".join(refusals))


def _content(sheets: list[Sheet], form: Form) -> bytes:
    match form:
        case "json":
            return json_text(exported(sheets)).encode()
        case "markdown":
            return markdown(sheets).encode()
        case "xlsx":
            return workbook(exported(sheets))
        case "csv":
            return csv_text(exported(sheets)).encode()
