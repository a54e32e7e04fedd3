"""`okr viewer`: who may read the pages."""

import sys
from getpass import getpass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows.places import read_viewers_of
from okrapp import output as out
from okrapp.exits import FAILED, USAGE, Exit
from okrapp.file_edit import edit_viewers
from okrapp.terminal import aside, console
from okrapp.where import Which
from okrapp.written_files import nearest
from okrmodel.definitions.base import ID_FORM
from okrmodel.definitions.viewers import Admission
from okrmodel.problems import with_lines
from okrmodel.reading.viewers_file import ALL, VIEWERS_FILE
from okrmodel.reading.viewers_text import with_viewer, without_viewer
from okrmodel.schema import VIEWERS
from okrmodel.suggestion import did_you_mean

Config = Annotated[Path | None, Parameter(env_var="OKR_CONFIG")]
Flag = Annotated[bool, Parameter(negative=(), show_default=False)]

_MODELINE = "# yaml-language-server: $schema={schema}\n#\n"
_BEGINNING = """\
# Who may read the pages of okr serve. Digests, no secrets: okr viewer add makes them.

viewers:
"""
_COLUMNS = (
    out.Column("name", "Name"),
    out.Column("signs_in_with", "Signs in with"),
    out.Column("workspaces", "Workspaces"),
)


def add(
    name: str,
    /,
    *,
    workspace: Annotated[list[str] | None, Parameter(name=["--workspace", "-w"])] = None,
    every: Annotated[bool, Parameter(name="--all", negative=(), show_default=False)] = False,
    token: Flag = False,
    config: Config = None,
) -> None:
    """Let somebody read the pages, with a password or a token.

    Args:
        name: What to sign in as, such as ewa.
        workspace: Id of a workspace that may be seen; may be given several times.
        every: All workspaces may be seen, also those to come.
        token: Make a token instead of asking for a password, and print it once.
        config: Folder with workspace.yaml or clients/; looked for from here upwards when not given.
    """
    places = Which(config=config).places()
    root = places[0].root
    if not ID_FORM.fullmatch(name):
        raise Exit(USAGE, f"{name!r} is no name; expected lower-case letters, digits, - and _")
    if every == bool(workspace):
        raise Exit(USAGE, "say what may be seen: -w ID for each workspace, or --all")
    known = {place.workspace for place in places}
    for each in workspace or ():
        if each not in known:
            raise Exit(USAGE, f"no workspace {each!r} in {root}{did_you_mean(each, known)}")
    if name in read_viewers_of(root).names:
        raise Exit(
            USAGE, f"{name} may read the pages already; okr viewer remove {name} comes first"
        )
    # The pages bring FastAPI: what is typed wrongly is told without it.
    from okrapp.web.passwords import new_token, password_digest, token_digest  # noqa: PLC0415

    seen = ALL if every else tuple(dict.fromkeys(workspace or ()))
    made = new_token() if token else ""
    digest = (
        {"token": token_digest(made)} if token else {"password": password_digest(_password(name))}
    )
    admission = Admission.model_validate({**digest, "workspaces": seen})
    shown = edit_viewers(root, lambda text: with_viewer(text or _beginning(root), name, admission))
    aside(f"wrote {shown}: {name} may see {_listed(admission)}")
    if token:
        # Standard output is the token's, for programs.
        aside("The token; it is kept nowhere and not shown again:")
        console().print(made, soft_wrap=True, markup=False)


def remove(name: str, /, *, config: Config = None) -> None:
    """Keep somebody from the pages from now on.

    Args:
        name: As whom they sign in.
        config: Folder with workspace.yaml or clients/; looked for from here upwards when not given.
    """
    root = _root(config)
    known = read_viewers_of(root).names
    if name not in known:
        raise Exit(USAGE, f'nobody is called "{name}" in {VIEWERS_FILE}{did_you_mean(name, known)}')
    shown = edit_viewers(root, lambda text: without_viewer(text or "", name))
    aside(f"wrote {shown}: {name} is let in no more, and out at once")


def list_(*, output: out.Format = "table", config: Config = None) -> None:
    """Show who may read the pages, and of which workspaces.

    Args:
        output: A table for people; JSON or CSV for programs.
        config: Folder with workspace.yaml or clients/; looked for from here upwards when not given.
    """
    root = _root(config)
    read = read_viewers_of(root)
    rows = [
        {
            "name": name,
            "signs_in_with": "a password" if admission.password else "a token",
            "workspaces": _listed(admission),
        }
        for name, admission in read.admissions.items()
    ]
    if rows or output != "table":
        out.write(rows, _COLUMNS, output)
    elif not read.problems:
        aside(
            "Nobody: okr serve shows the pages on this machine only. okr viewer add lets people in."
        )
    if read.problems:
        raise Exit(FAILED, "\n".join(with_lines(read.problems, root)))


def _root(config: Path | None) -> Path:
    return Which(config=config).places()[0].root


def _listed(admission: Admission) -> str:
    seen = admission.workspaces
    return "all workspaces" if isinstance(seen, str) else ", ".join(seen)


def _beginning(root: Path) -> str:
    found = nearest(root, VIEWERS)
    return (_MODELINE.format(schema=VIEWERS) if found else "") + _BEGINNING


def _password(name: str) -> str:
    """Asked for twice on a terminal, else read from standard input.

    Raises:
        Exit: It is none, or one that is guessed first.
    """
    # The pages bring FastAPI: the other commands do without.
    from okrapp.web.passwords import LEAST_CHARACTERS, MOST_CHARACTERS  # noqa: PLC0415

    if sys.stdin.isatty():
        given = getpass(f"Password for {name}: ")
        if getpass("The same again: ") != given:
            raise Exit(USAGE, "the two are not the same; nothing was written")
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    if not LEAST_CHARACTERS <= len(given) <= MOST_CHARACTERS:
        raise Exit(
            USAGE,
            f"expected a password of {LEAST_CHARACTERS} to {MOST_CHARACTERS} characters; four words"
            " that do not belong together make a good one",
        )
    if len(set(given)) < 5 or name in given.lower():
        raise Exit(USAGE, "such a password is guessed first; nothing was written")
    try:
        given.encode()
    except UnicodeEncodeError:
        raise Exit(USAGE, "the password is not UTF-8 text") from None
    return given
