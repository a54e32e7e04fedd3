"""The command line: which commands there are, and how each run of it ends.

Commands are imported when they are called: `okr --help` loads none of them.
"""

import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError, Group

from okrapp.exits import FAILED, INTERRUPTED, USAGE, Exit

app = App(
    name="okr",
    help="Key results that update themselves, and can prove it.\n\n"
    "New here? `okr demo` shows everything on a pretend company; `okr init` starts yours.",
    help_epilogue="Exit codes: 0 fine, 1 problems found or key results failed, 2 wrong usage.",
    version_flags=["--version"],
    default_parameter=None,
)

_START = Group("Start", sort_key=1)
_DAILY = Group("Every day", sort_key=2)
_RUN = Group("Run it for others", sort_key=3)

for name, group, text in (
    ("demo", _START, "Show the main job on a pretend company, start to end."),
    ("init", _START, "Write a commented config to begin with."),
    ("lint", _START, "Check the config: every problem with its file, line and column."),
    (
        "doctor",
        _START,
        "Ask each connection whether it would work tonight, with a few cheap calls.",
    ),
    ("sync", _DAILY, "Pull what is new and record snapshots up to the last complete day."),
    ("backfill", _DAILY, "Record snapshots for a range of past days."),
    ("status", _DAILY, "Show where each key result stands."),
    ("deploy", _RUN, "Register the nightly sync and the backfill with a Prefect server."),
    ("sandbox", _RUN, "Run the pretend HubSpot and GA4 servers by themselves."),
    ("schema", _RUN, "Write the JSON Schemas that editors check the config with."),
):
    app.command(f"okrapp.commands.{name}:{name}", name=name, help=text, group=group)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code. Expected errors are told in one paragraph."""
    try:
        app(arguments, exit_on_error=False, result_action="return_none")
    except CycloptsError:
        # Cyclopts has printed what was wrong with the words.
        return USAGE
    except Exit as end:
        if end.message:
            print(end.message, file=sys.stderr)  # noqa: T201 - the last word of a command
        return end.code
    except KeyboardInterrupt:
        print("Interrupted; what was finished is kept.", file=sys.stderr)  # noqa: T201 - as above
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has seen enough.
        sys.stderr.close()
        return FAILED
    return 0
