"""The command line: which commands there are, and how each run of it ends.

Commands are imported when they are called: `okr --help` loads none of them.
"""

import os
import signal
import sys
from collections.abc import Sequence

from cyclopts import (
    App,
    CycloptsError,
    Group,
    MissingArgumentError,
    Parameter,
    UnusedCliTokensError,
)

from okrapp.exits import FAILED, INTERRUPTED, USAGE, Exit
from okrapp.guide import ABOUT, COMMANDS, EXIT_CODES, FAMILIES


def _version() -> str:
    # Imported when asked for: it is a twentieth of a second of a start.
    from importlib.metadata import version  # noqa: PLC0415

    return version("okrsync")


app = App(
    name="okr",
    help=ABOUT,
    help_format="plaintext",
    help_epilogue=EXIT_CODES,
    version=_version,
    version_flags=["--version"],
    # Said in our own words, in `run`.
    suppress_keyboard_interrupt=False,
    # A list without entries means "all" here, and needs no flag of its own.
    default_parameter=Parameter(negative_iterable=()),
)

rooms = {room: Group.create_ordered(room) for room in dict.fromkeys(c.room for c in COMMANDS)}
for number, command in enumerate(COMMANDS):
    above, _, name = command.name.rpartition(" ")
    if above and above not in app:
        family = App(
            name=above,
            help=FAMILIES[above],
            group=rooms[command.room],
            sort_key=number,
        )
        app.command(family)
    (app[above] if above else app).command(
        f"okrapp.commands.{command.module}:{command.function}",
        name=name,
        help=command.help,
        group=None if above else rooms[command.room],
        sort_key=number,
    )
options = Group.create_ordered("Options")
for flag in ("--help", "--version"):
    app[flag].group = options


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    # Who stops a service or a container asks like this: end as at Ctrl-C, and give the lease back.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    code = run(sys.argv[1:] if arguments is None else arguments)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = _reader_left()
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code. Expected errors are told in one paragraph."""
    try:
        app(arguments, exit_on_error=False, print_error=False, result_action="return_none")
    except CycloptsError as error:
        page = " ".join(["okr", *(error.command_chain or ()), "--help"])
        return _say(USAGE, f"{_wording(error)}\nSee {page}")
    except Exit as end:
        return _say(end.code, end.message)
    except KeyboardInterrupt:
        return _say(INTERRUPTED, "Interrupted; what was finished is kept.")
    except BrokenPipeError:
        return _reader_left()
    except OSError as error:
        if error.filename is None:
            raise
        return _say(FAILED, f"{error.filename}: {error.strerror}")
    return 0


def _wording(error: CycloptsError) -> str:
    """What was wrong with the words of the command line, for people."""
    match error:
        case MissingArgumentError(argument=missing) if missing is not None:
            return f"{missing.name} is missing or has no value."
        case UnusedCliTokensError(unused_tokens=[first, *_]):
            return f'"{first}" is one word too many.'
        case _:
            error.verbose = False
            return str(error)


def _say(code: int, message: str) -> int:
    if message:
        print(message, file=sys.stderr)  # noqa: T201 - the last word of a command
    return code


def _reader_left() -> int:
    """The reader (head, less) has seen enough; what is left to print goes nowhere.

    Not 0: somebody who asks must not take a job for done well whose end nobody saw.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED
