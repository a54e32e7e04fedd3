"""The terminal: colours when a person looks, bars while work goes on, nothing when piped."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Column

if TYPE_CHECKING:
    from flows.edges import Listener, Progress


@cache
def console() -> Console:
    """Standard output. Rich keeps NO_COLOR, and drops colours when piped."""
    return Console(highlight=False, soft_wrap=False)


@cache
def complaints() -> Console:
    """Standard error: progress and warnings go here, so that output stays clean."""
    return Console(stderr=True, highlight=False)


def aside(line: str) -> None:
    """A sentence on standard error, word for word."""
    complaints().print(line, soft_wrap=True, markup=False)


@contextmanager
def bars() -> Iterator["Listener"]:
    """A listener that draws one progress bar a stage; silent when nobody can see it."""
    screen = complaints()
    if not screen.is_terminal:
        yield lambda _: None
        return
    columns = (
        TextColumn("{task.description:>8}", table_column=Column(min_width=8)),
        BarColumn(20),
        MofNCompleteColumn(table_column=Column(min_width=7)),
        TimeElapsedColumn(table_column=Column(min_width=7)),
        # What is left of the line is the title's; the figures are never cut.
        TextColumn(
            "{task.fields[title]}",
            style="dim",
            table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis"),
        ),
    )
    with Bars(*columns, console=screen, transient=True, expand=True) as progress:
        stages = {
            stage: progress.add_task(stage, total=None, title="", visible=False)
            for stage in ("pull", "compute")
        }

        def listen(news: "Progress") -> None:
            progress.update(
                stages[news.stage],
                completed=news.done,
                total=news.total,
                title=news.title,
                visible=True,
            )

        yield listen


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """Tells how many are done of how many; silent when nobody can see it."""
    screen = complaints()
    if not screen.is_terminal:
        yield lambda _done, _known: None
        return
    columns = (TextColumn(what), BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=screen, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, known: progress.update(task, completed=done, total=known)


@contextmanager
def waiting(number: str, text: str) -> Iterator[None]:
    """A numbered step that takes a while: its line, and a moving sign when a person looks."""
    screen = console()
    screen.print(f"[bold]{number}[/]  {text}")
    if not screen.is_terminal:
        yield
        return
    with screen.status(""):
        yield
