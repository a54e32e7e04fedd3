"""`okr workspace`: a client comes, rests, goes on, and leaves."""

import json
import sys
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows.edges import Edges
from flows.job import open_job
from flows.leave import Closed, bury, close_cycles, export
from flows.places import Place, find_places, read_place
from flows.publish import publish_by_itself
from okrapp.beginnings import refuse_unknown
from okrapp.client_files import KEYS, Connected, write_client
from okrapp.commands.doctor import doctor
from okrapp.commands.schema import schema
from okrapp.exits import FAILED, USAGE, Exit
from okrapp.file_edit import edit
from okrapp.jobs import tell_frozen
from okrapp.refusals import expected_errors, today_in
from okrapp.terminal import console
from okrapp.where import Where, Which
from okrapp.written_files import nearest
from okrmodel.definitions.base import ID_FORM
from okrmodel.definitions.workspace import Workspace
from okrmodel.lint.draft import WORKSPACE_FILE
from okrmodel.reading.files import CLIENTS, CONFIG, workspaces
from okrmodel.reading.resting import forgotten, rested, without
from okrmodel.schema import WORKSPACE
from okrmodel.secrets import SecretRef
from okrmodel.store.purge import tombstone
from okrmodel.store.store import Store

LEFT = "left"
"""The folder beside the config's files that has what was taken along."""

Config = Annotated[Path | None, Parameter(env_var="OKR_CONFIG")]
Kept = Annotated[str | None, Parameter(env_var="OKR_STORE")]
Flag = Annotated[bool, Parameter(negative=(), show_default=False)]


def add(
    id_: Annotated[str, Parameter(name="ID")],
    /,
    *,
    name: str,
    timezone: Annotated[str, Parameter(name=["--timezone", "-z"])],
    currency: str = "EUR",
    connect: list[str] | None = None,
    config: Config = None,
    store: Kept = None,
) -> None:
    """Write a new client's files, connect it, and see whether tonight's sync would work.

    Args:
        id_: Its id, such as birch; permanent: the store remembers by it.
        name: Its name.
        timezone: Its IANA time zone, such as Europe/Warsaw.
        currency: Its currency's three letters, such as EUR.
        connect: A connection as connector:account:variable, such as
            hubspot:12345678:HUBSPOT_TOKEN_BIRCH; may be given several times. The variable's name,
            never the secret; file:PATH or prefect:BLOCK instead of it. Asked for on a terminal
            when not given.
        config: The agency's folder, that with clients/; looked for from here upwards when not
            given.
        store: Database URL or SQLite file; okr.db beside the config when not given.
    """
    refuse_unknown(timezone, currency)
    if not ID_FORM.fullmatch(id_):
        raise Exit(USAGE, f"{id_!r} is no id; expected lower-case letters, digits, - and _")
    root = _agency(config)
    _refuse_taken(root, id_, store)
    connected = [Connected.parse(text) for text in connect or ()] or list(_asked())
    twice = {one.connector for one in connected}
    if len(twice) < len(connected):
        raise Exit(USAGE, "each connector is connected once here; more are added in the file")
    schemas = nearest(root, WORKSPACE)
    words = {"name": name, "timezone": timezone, "currency": currency}
    for written in write_client(root, id_, words, connected, schemas or root):
        _say(f"wrote {written}")
    if schemas is None:
        schema(root)
    _say(f"\nWhat okr doctor -w {id_} says:\n")
    try:
        doctor(Which(config=root, workspace=id_))
    except Exit as refusal:
        kept = f"The files are kept; put it right, then: okr doctor -w {id_}"
        raise Exit(FAILED, "\n\n".join(filter(None, (refusal.message, kept)))) from None
    _say(f"\nNext: write its objectives, then okr plan -w {id_} and okr sync -w {id_}.")


def pause(
    id_: Annotated[str, Parameter(name="ID")],
    /,
    *,
    reason: str = "",
    config: Config = None,
    store: Kept = None,
) -> None:
    """Let a workspace rest: no night syncs it until it is resumed.

    Args:
        id_: Its id.
        reason: Why, for whoever reads its figures.
        config: Folder with workspace.yaml or clients/; looked for from here upwards when not given.
        store: Database URL or SQLite file; okr.db beside the config when not given.
    """
    place, workspace = _one(config, id_, store)
    if workspace.left:
        raise Exit(USAGE, f"workspace {id_} was {workspace.rests}, for good")
    if workspace.rests:
        raise Exit(USAGE, f"workspace {id_} is {workspace.rests} already")
    since = today_in(workspace).isoformat()
    why = f", reason: {json.dumps(reason, ensure_ascii=False)}" if reason else ""
    _edit(place, lambda text: rested(text, "paused", f"{{ since: {since}{why} }}"))
    _tell_readers(place)
    _say(f"{id_} is paused since {since}; okr workspace resume {id_} goes on with it.")


def resume(
    id_: Annotated[str, Parameter(name="ID")], /, *, config: Config = None, store: Kept = None
) -> None:
    """Go on with a workspace that was paused.

    Args:
        id_: Its id.
        config: Folder with workspace.yaml or clients/; looked for from here upwards when not given.
        store: Database URL or SQLite file; okr.db beside the config when not given.
    """
    place, workspace = _one(config, id_, store)
    if workspace.left:
        raise Exit(USAGE, f"workspace {id_} was {workspace.rests}, for good")
    if not workspace.rests:
        raise Exit(USAGE, f"workspace {id_} is not paused")
    _edit(place, lambda text: without(text, "paused"))
    _tell_readers(place)
    _say(f"{id_} goes on: the next sync makes good the nights it missed, at most a month of them.")


def leave(
    id_: Annotated[str, Parameter(name="ID")],
    /,
    *,
    yes: Flag = False,
    config: Config = None,
    store: Kept = None,
) -> None:
    """End the work on a workspace for good; what is known stays, and is exported.

    Args:
        id_: Its id.
        yes: Do not ask.
        config: Folder with workspace.yaml or clients/; looked for from here upwards when not given.
        store: Database URL or SQLite file; okr.db beside the config when not given.
    """
    place, workspace = _one(config, id_, store)
    if workspace.left:
        raise Exit(USAGE, f"workspace {id_} was {workspace.rests} already")
    _confirm(f"{workspace.name} leaves for good: its syncs stop, its secrets are forgotten.", yes)
    day = today_in(workspace)
    folder = place.root / LEFT / f"{id_}-{day}"
    if place.is_new:
        _say("Nothing was ever recorded, so nothing is exported.")
    else:
        _take_along(place, folder, day)
    found: list[tuple[SecretRef, ...]] = []

    def left(text: str) -> str:
        bare, references = forgotten(without(text, "paused"), day.isoformat())
        found.append(references)
        return rested(bare, "left", day.isoformat())

    shown = _edit(place, left)
    _say(f"{shown} says that it was left on {day}; no run syncs it any more.")
    _tell_secrets(place, found[0])
    _say(
        f"Its figures stay in the store (okr status -w {id_}); okr workspace purge {id_} deletes them."
    )


def purge(
    id_: Annotated[str, Parameter(name="ID")],
    /,
    *,
    yes: Flag = False,
    config: Config = None,
    store: Kept = None,
) -> None:
    """Delete all that the store remembers of a workspace that left; a tombstone stays.

    Args:
        id_: Its id.
        yes: Do not ask.
        config: Folder with workspace.yaml or clients/; looked for from here upwards when not given.
        store: Database URL or SQLite file; okr.db beside the config when not given.
    """
    place, workspace = _one(config, id_, store)
    if not workspace.left:
        raise Exit(USAGE, f"workspace {id_} has not left; okr workspace leave {id_} comes first")
    if place.is_new:
        raise Exit(FAILED, f"nothing was ever recorded of {id_}: there is no store")
    _confirm(
        f"All that the store remembers of {workspace.name} is deleted; it cannot be undone.", yes
    )
    with expected_errors():
        stone = bury(place)
    gone = ", ".join(f"{n} of {table}" for table, n in stone.rows.items() if n) or "none"
    _say(f"deleted rows: {gone}")
    _say(f"tombstone of {stone.recorded_at:%Y-%m-%d %H:%M:%S} UTC; digest {stone.digest}")
    folder = place.folder.relative_to(place.root).as_posix()
    exports = sorted((place.root / LEFT).glob(f"{id_}-*-*-*"))
    told = " and ".join([f"{folder}/", *(f"{LEFT}/{each.name}/" for each in exports)])
    _say(f"Not deleted: {told}. Backups of the store still have its rows.")
    _say(f"The id {id_} is nobody's any more: a client that comes back gets a new one.")


def _agency(config: Path | None) -> Path:
    """The folder whose clients/ the new one goes to; its first client finds it empty."""
    folder = config.absolute() if config else Which().places()[0].root
    root = next((f for f in (folder, folder / CONFIG) if workspaces(f)), folder)
    if root in workspaces(root):
        raise Exit(
            USAGE,
            f"the config here is of one workspace; an agency has its clients in {CLIENTS}/<id>/."
            " Name the agency's folder with --config.",
        )
    if not root.is_dir():
        raise Exit(USAGE, f"there is no folder {root}")
    return root


def _refuse_taken(root: Path, id_: str, store: str | None) -> None:
    if not workspaces(root):
        return
    with expected_errors():
        places = find_places(root, None, store)
        if id_ in {place.workspace for place in places}:
            raise Exit(USAGE, f"there is a workspace {id_} already; nothing was written")
        if not places[0].is_new:
            with Store.open(places[0].store) as opened:
                if stone := tombstone(opened, id_):
                    raise Exit(
                        USAGE,
                        f"{id_} was purged on {stone.recorded_at:%Y-%m-%d}, and ids are permanent:"
                        " choose another",
                    )


def _asked() -> Iterable[Connected]:
    """Connections, one after the other, from whoever sits at the terminal."""
    while sys.stdin.isatty():
        kind = input(f"\nConnect to ({', '.join(KEYS)}; nothing more: Enter): ").strip()
        if not kind:
            return
        if kind not in KEYS:
            _say(f"no connector {kind!r}")
            continue
        account = input(f"  {KEYS[kind][0]} id: ").strip()
        secret = input("  name of the environment variable that holds the secret: ").strip()
        try:
            yield Connected.of(kind, account, secret)
        except Exit as refusal:
            _say(refusal.message)


def _one(config: Path | None, id_: str, store: str | None = None) -> tuple[Place, Workspace]:
    [place] = Where(config=config, workspace=id_, store=store).places()
    with expected_errors():
        return place, read_place(place)[0].workspace


def _confirm(what: str, yes: bool) -> None:  # noqa: FBT001 - the flag as it was given
    if yes:
        return
    if not sys.stdin.isatty():
        raise Exit(USAGE, f"{what} Say --yes to do it without being asked.")
    if input(f"{what}\nGo on? (yes/no) ").strip().lower() not in {"y", "yes"}:
        raise Exit(FAILED, "Nothing was done.")


def _take_along(place: Place, folder: Path, day: date) -> None:
    """Freeze what has ended, tell readers that it left on the day, and export everything."""
    try:
        with expected_errors(), open_job(place, Edges()) as job:
            closed = close_cycles(job)
            publish_by_itself(job, job.company.workspace.model_copy(update={"left": day}))
            counts = export(job, folder)
    except FileExistsError as error:
        raise Exit(FAILED, f"{error}; move it away, then leave again") from None
    _tell_cycles(closed)
    name = folder.relative_to(place.root).as_posix()
    _say(f"exported to {name}/: {', '.join(f'{file} ({n})' for file, n in counts.items())}")


def _tell_cycles(closed: Closed) -> None:
    for each in closed.frozen:
        tell_frozen(each)
    for cycle, why in closed.open.items():
        _say(f"{cycle} is not frozen: {why}")


def _tell_secrets(place: Place, references: Iterable[SecretRef]) -> None:
    """What is to be deleted elsewhere: secrets are not ours to delete."""
    others = [p for p in find_places(place.root) if p.folder != place.folder]
    texts = {p.workspace: (p.folder / WORKSPACE_FILE).read_text("utf-8") for p in others}
    for reference in references:
        kind = {"env": "environment variable", "prefect": "Prefect Secret block", "file": "file"}
        what = f"the {kind[reference.kind]} {reference.name}"
        shared = [name for name, text in texts.items() if str(reference) in text]
        if shared:
            _say(f"Keep {what}: {', '.join(shared)} uses it, too.")
        else:
            _say(f"Delete {what}, and withdraw the access at the source: that is not ours to do.")


def _edit(place: Place, change: Callable[[str], str]) -> str:
    with expected_errors():
        return edit(place, WORKSPACE_FILE, lambda text: change(text or ""))


def _tell_readers(place: Place) -> None:
    """What the files say now goes to the pages: no night does it for a workspace that rests."""
    if place.is_new:
        return
    with expected_errors(), open_job(place, Edges()) as job:
        publish_by_itself(job)


def _say(line: str) -> None:
    console().print(line, soft_wrap=True, markup=False)
