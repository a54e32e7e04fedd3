"""What `okr --help` and the help of each command say; read without importing any command."""

import builtins
from dataclasses import dataclass
from keyword import iskeyword
from typing import Literal

ABOUT = (
    "Key results that update themselves, and can prove it.\n\n"
    "New here? okr demo shows everything on a pretend company; okr init starts yours."
)

EXIT_CODES = "Exit codes: 0 fine, 1 problems found or key results failed, 2 wrong usage."

Room = Literal["Start", "Every day", "Look closer", "Run it for others"]


@dataclass(frozen=True)
class Command:
    """A command's name, its place in the list, and its text."""

    name: str
    """As it is typed; one of a family has the family's name before its own."""
    room: Room
    summary: str
    """One line, also of the list of commands."""
    text: str
    """What else there is to know; wrapped by the terminal."""
    examples: tuple[str, ...]
    """Lines to type."""

    @property
    def module(self) -> str:
        """Where it is in Python: a module of okrapp.commands, one for a family."""
        name = self.name.partition(" ")[0].replace("-", "_")
        return f"{name}_" if iskeyword(name) else name

    @property
    def function(self) -> str:
        """The function in it; a word that Python has a use for gets an underscore: import_, list_."""
        name = self.name.rpartition(" ")[2].replace("-", "_")
        return f"{name}_" if iskeyword(name) or hasattr(builtins, name) else name

    @property
    def help(self) -> str:
        """Summary, text and examples as one page."""
        lines = "\n".join(f"  {example}" for example in self.examples)
        heading = "Example" if len(self.examples) == 1 else "Examples"
        return "\n\n".join(filter(None, (self.summary, self.text, f"{heading}\n{lines}")))


FAMILIES = {
    "cycle": "Begin the next cycle.",
    "viewer": "Say who may read the pages, and of which workspaces.",
    "workspace": "Take a client on, let it rest, and let it go.",
}
"""What commands of two words have in common, by the first."""

COMMANDS = (
    Command(
        "demo",
        "Start",
        "Show the main job on a pretend company, start to end; needs no account.",
        "Starts a pretend HubSpot and GA4 and a private Prefect server, backfills the current"
        " cycle, runs last night's sync and prints the OKR table. It takes about a minute. The"
        " config and the store stay in a folder to play with; nothing stays running.",
        ("okr demo", "okr demo ~/okr-playground"),
    ),
    Command(
        "init",
        "Start",
        "Write a commented config to begin with.",
        "A workspace, metrics, the current quarter's OKRs and check-ins, with the schemas that"
        " editors complete and check them by. Overwrites nothing.",
        ('okr init --name "Acorn Analytics" --timezone Europe/Warsaw --currency EUR',),
    ),
    Command(
        "import",
        "Start",
        "Turn an OKR tracker in CSV or XLSX into config files.",
        "Columns are found by their headings, in English, Polish and German, and it is told what"
        " each was taken for. Every key result becomes one that is checked in by hand, its current"
        " value a check-in; give it a metric to let it update itself. Owners join the people in"
        " workspace.yaml. Nothing is overwritten; a row that is not taken is told with the reason,"
        " and the exit code is 1. The import template of Viva Goals (Ally.io), and what okr export"
        " writes, are known by their headings. Quantive and Tability document no headings of"
        " theirs, nor does Viva Goals of its exports: they, and Google Sheets, are read by their"
        " headings like any other tracker.",
        (
            "okr import tracker.xlsx --cycle 2026-Q4 --dry-run",
            "okr import tracker.csv --cycle 2026-Q4 --as-of 2026-11-22 --decimal comma",
        ),
    ),
    Command(
        "lint",
        "Start",
        "Check the config: every problem with its file, line and column.",
        "Asks no source and needs no secrets, so it also runs before a commit. A warning is ignored"
        " where a comment at the end of its line, or above it, gives the reason:"
        " # okr: ignore CODE -- why. In the outputs sarif (code scanning) and github (the lines of a"
        " pull request), files are named from the repository's folder. Templates of library/ are"
        " checked, too; --resolved shows a workspace's config with them filled in, and from which"
        " file and line each value comes. With --live the sources are asked, too, with few cheap"
        " calls: whether names exist and go together, whether there is any data, whether `from` is"
        " what was there, whether a target is reached already. What they say is kept for a day"
        " beside the store, and --fresh asks anew.",
        (
            "okr lint",
            "okr lint --config clients -w birch",
            "okr lint --explain key-result-action",
            "okr lint --resolved birch",
            "okr lint --output github",
            "HUBSPOT_TOKEN=pat-… okr lint --live",
        ),
    ),
    Command(
        "doctor",
        "Start",
        "Ask each connection whether it would work tonight, with a few cheap calls.",
        "Checks token, scopes, account and time zone, and the stages, properties, metrics and"
        " dimensions that the config names. What is wrong comes with its remedy.",
        ("HUBSPOT_TOKEN=pat-… okr doctor",),
    ),
    Command(
        "plan",
        "Every day",
        "Show what the config would change against what was applied last.",
        "Key results and metrics that are new, gone, renamed or re-targeted; which recorded values"
        " and statuses would move, computed on what the store holds; what the next sync would have"
        " to ask. Asks no source and records nothing. A target that changes while its cycle runs"
        " without saying why is a problem, and the exit code is 1. --all tells of many workspaces in"
        " a line each, and only of those that move, as after a change of the library.",
        ("okr plan", "okr plan --output markdown > comment.md", "okr plan --all"),
    ),
    Command(
        "sync",
        "Every day",
        "Pull what is new and record every key result up to the last complete day.",
        "Nights that were missed are made good, and figures that changed at the source are"
        " restated. A connection that fails leaves the last values, marked stale with the reason;"
        " all others go on.",
        ("okr sync", "okr sync --dry-run", "okr sync --as-of 2026-11-22 --output json"),
    ),
    Command(
        "backfill",
        "Every day",
        "Record each day of a range of past days.",
        "What the store knows for good is not asked again, so one that was stopped goes on where"
        " it was.",
        (
            "okr backfill --from 2026-10-01 --to 2026-11-22",
            "okr backfill --from 2026-10-01 --to 2026-11-22 --key-result mqls",
            "okr backfill --from 2026-10-01 --to 2026-11-22 --dry-run",
        ),
    ),
    Command(
        "status",
        "Every day",
        "Show where each key result stands.",
        "Reads the store and asks no source. Numbers are rounded for the table; JSON and CSV have"
        " them exact. A frozen cycle's figures stay; what is known otherwise since is told below"
        " them.",
        (
            "okr status",
            "okr status --as-of 2026-10-31",
            "okr status --as-of 2026-10-31 --known-at 2026-11-05T06:00:00",
            "okr status --output csv > okrs.csv",
        ),
    ),
    Command(
        "export",
        "Every day",
        "Write a cycle's sheet as CSV, JSON, Markdown or XLSX.",
        "The figures of okr status and what the key results say of themselves. Numbers are exact in"
        " CSV and JSON; in XLSX they are numbers where a cell holds all their digits, else text;"
        " Markdown is rounded for people. No text becomes a formula. okr import reads its CSV and"
        " XLSX.",
        ("okr export --to okrs.xlsx", "okr export --cycle 2026-Q4 --output markdown > okrs.md"),
    ),
    Command(
        "freeze",
        "Every day",
        "Note for good how a cycle ended; what changes later stands beside it.",
        "The nightly sync does it by itself when a cycle's grace period is over (grace_days in"
        " workspace.yaml); before, it is done on demand, and figures that are not final are told."
        " It asks no source. With --verify, the store is compared with what was frozen.",
        ("okr freeze 2026-Q4", "okr freeze --verify"),
    ),
    Command(
        "cycle new",
        "Every day",
        "Write the next cycle's file from one that there is.",
        "Objectives and key results keep their ids: the same id in the next cycle is the same thing"
        " going on. Days move to the same place of the new cycle: the same day of the same month in"
        " it (or that month's last day), else the same share of the way. A count over the cycle"
        " gets `previous: measured`; what has a value on its first day gets `from: measured`,"
        " wherever the past can be asked for. Of dated targets the last one stays, done actions"
        " are left out, comments are kept. Each target is last cycle's: what to decide is listed.",
        (
            "okr cycle new --from 2026-Q4",
            "okr cycle new --from 2026-Q4 --cycle 2027-Q1 -w birch --actions drop",
        ),
    ),
    Command(
        "check-in",
        "Every day",
        "Report a value or a milestone, or set an automatic value by hand.",
        "Adds an entry at the end of checkins/<cycle>.yaml, and checks the file before it is"
        " written. For a key result that updates itself the value takes the place of the"
        " automatic one, on its date only or until another; both are shown. A later entry wins"
        " from its own date on.",
        (
            "okr check-in approved-okrs --value 3 --author ola",
            "okr check-in funnel-dashboard --milestone history --date 2026-11-20",
            'okr check-in sqls --value 110 --until 2026-11-30 --note "Six came by phone"',
        ),
    ),
    Command(
        "digest",
        "Every day",
        "Send what is due: weekly digests and notes.",
        "Who is told what, and when, stands under `notify` in workspace.yaml; a sync queues what is"
        " worth telling at once, and sends what may be sent then. Nothing goes out in a workspace's"
        " quiet hours, and nothing twice: what was being sent when its sender was stopped is told"
        " here, and not sent again. A machine that was off sends the digest when it is up again in"
        " the same week. With Prefect, okr deploy runs this every hour; without, let cron do it."
        " What cannot be sent is tried again for a day, and the exit code is 1.",
        ("okr digest --preview", "okr digest --now -w acorn", "0 * * * * okr digest"),
    ),
    Command(
        "explain",
        "Look closer",
        "Show how a key result's progress came to be.",
        "From the progress down to the arithmetic, the windows, and what each source answered when.",
        (
            "okr explain mqls",
            "okr explain mqls --as-of 2026-10-31 --known-at 2026-11-05T06:00:00",
            "okr explain mqls --verify",
        ),
    ),
    Command(
        "history",
        "Look closer",
        "Show what was restated, confirmed or recomputed, since when, and because of what.",
        "Nothing is overwritten: what was said once stays beside what is said now. Without a key"
        " result: all that was restated, newest first.",
        (
            "okr history --since 2026-11-20",
            "okr history mqls",
            "okr history mqls --as-of 2026-10-31 --all",
        ),
    ),
    Command(
        "backtest",
        "Look closer",
        "Show how far off the forecasts of past days were, by the part of the cycle.",
        "Each past day's forecast is made again from what the store holds, and held against the"
        " cycle's final value; in a running cycle against what has come so far. Half of a part's"
        " forecasts were further off than it says; of good 80 % intervals, four in five hold what"
        " came.",
        ("okr backtest", "okr backtest mqls --output json"),
    ),
    Command(
        "replay",
        "Look closer",
        "Compute all snapshots again from what was known when they were recorded, and compare.",
        "Asks no source and records nothing. Figures that do not follow from what the store knows"
        " are told, and the exit code is 1.",
        ("okr replay",),
    ),
    Command(
        "site",
        "Run it for others",
        "Write the pages as static files.",
        "The same pages as okr serve shows, with their charts, CSV and JSON, for any web server, or"
        " to be opened from the folder. Whoever can open the files sees all of them; -w chooses"
        " one workspace. A folder that okr site made is written anew as a whole.",
        ("okr site public", "okr site public/birch -w birch"),
    ),
    Command(
        "workspace add",
        "Run it for others",
        "Write a new client's files, connect it, and see whether tonight's sync would work.",
        "In an agency's folder: clients/<id>/ with workspace.yaml, metrics, the current quarter's"
        " OKRs and check-ins. Connections are asked for on a terminal; the secret itself never is:"
        " the config holds the name of the variable. Ends with okr doctor; when that fails, the"
        " files stay, and the exit code is 1.",
        (
            "okr workspace add birch --name Birch -z Europe/London --currency GBP",
            "okr workspace add oak --name Oak -z UTC --connect hubspot:12345678:TOKEN_OAK",
        ),
    ),
    Command(
        "workspace pause",
        "Run it for others",
        "Let a workspace rest: no night syncs it until it is resumed.",
        "Writes `paused` into its workspace.yaml; commit the file. okr status says since when."
        " Syncing it by name is refused until it goes on.",
        ('okr workspace pause birch --reason "New budget in January"',),
    ),
    Command(
        "workspace resume",
        "Run it for others",
        "Go on with a workspace that was paused.",
        "Takes `paused` out of its workspace.yaml. The next sync makes good the nights it missed,"
        " at most a month of them; okr backfill does longer gaps.",
        ("okr workspace resume birch",),
    ),
    Command(
        "workspace leave",
        "Run it for others",
        "End the work on a workspace for good; what is known stays, and is exported.",
        "Cycles that have ended are frozen; all figures, definitions and answers with their evidence"
        " are written to left/<id>-<day>/; `left` goes into its workspace.yaml, and the references"
        " to its secrets out of it. Which secrets are to be deleted elsewhere is told.",
        ("okr workspace leave birch", "okr workspace leave birch --yes"),
    ),
    Command(
        "workspace purge",
        "Run it for others",
        "Delete all that the store remembers of a workspace that left; a tombstone stays.",
        "All rows or none, in one transaction; the tombstone has the counts and a digest of them."
        " The id is nobody's any more: a client that comes back gets a new one. Config and exports"
        " are not deleted, only named.",
        ("okr workspace purge birch --yes",),
    ),
    Command(
        "serve",
        "Run it for others",
        "Show the pages to browsers until Ctrl-C.",
        "On this machine only, and without sign-in, unless viewers.yaml says who may read them. On any"
        " other address, or behind a proxy, everybody has to sign in. A proxy in front of it speaks"
        " https; without one, passwords go through the network in plain text. Reads the store and asks"
        " no source; what a sync records is shown at once.",
        (
            "okr serve",
            "okr serve --behind-proxy --name okr.example.com",
            "okr serve --host 0.0.0.0 --port 8080 --name okr.example.com",
        ),
    ),
    Command(
        "viewer add",
        "Run it for others",
        "Let somebody read the pages, with a password or a token.",
        "Writes a digest into viewers.yaml at the root of the config, never the password itself, which"
        " is asked for twice, or read from standard input. --token is for wall screens and programs: it"
        " is printed once, and sent as Authorization: Bearer. okr serve lets them in at once.",
        (
            "okr viewer add ewa --all",
            "okr viewer add acme -w birch -w cedar",
            "okr viewer add wall -w birch --token",
        ),
    ),
    Command(
        "viewer remove",
        "Run it for others",
        "Keep somebody from the pages from now on.",
        "Takes the entry out of viewers.yaml; okr serve ends the sessions at the next request.",
        ("okr viewer remove acme",),
    ),
    Command(
        "viewer list",
        "Run it for others",
        "Show who may read the pages, and of which workspaces.",
        "Reads viewers.yaml; there are no passwords in it to be shown.",
        ("okr viewer list", "okr viewer list --output json"),
    ),
    Command(
        "deploy",
        "Run it for others",
        "Register the nightly sync, the notes and the backfill with a Prefect server.",
        "The sync runs at 04:00 in each workspace's time zone, okr digest every hour, the backfill"
        " on demand. Registering again updates what is there. Runs are done by a worker, with the secrets and OKR_STORE"
        " in its environment.",
        (
            "PREFECT_API_URL=http://127.0.0.1:4200/api okr deploy",
            "prefect worker start --pool okrsync",
        ),
    ),
    Command(
        "sandbox",
        "Run it for others",
        "Run a pretend HubSpot and GA4 until Ctrl-C.",
        "They listen on this machine only. The config of okr demo is made for them.",
        ("okr sandbox", "HUBSPOT_TOKEN=pat-eu1-sandbox okr sync --config okr-demo/config"),
    ),
    Command(
        "schema",
        "Run it for others",
        "Write the JSON Schemas that editors check the config with.",
        "With the words of every connector that is installed; write them again after installing"
        " another.",
        ("okr schema config",),
    ),
)
"""In the order of the list."""
