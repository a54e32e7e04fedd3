"""Who looks at the pages, and at which workspaces they may look."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from pathlib import Path

from fastapi import HTTPException, Request
from starlette.requests import HTTPConnection

from okrapp.web.passwords import token_digest
from okrmodel.definitions.viewers import Admission
from okrmodel.reading.viewers_file import ALL, NOBODY, VIEWERS_FILE, ReadViewers, read_viewers

_Stamp = tuple[int, int, int]


@dataclass(frozen=True)
class Viewer:
    """Somebody who was let in."""

    name: str = ""
    """Empty where nobody has to sign in."""
    workspaces: frozenset[str] | None = None
    """The ids of those that may be seen; None for all."""
    token: str = ""
    """What forms of the session carry; empty without one, as with a token of a program."""

    def may_see(self, workspace: str) -> bool:
        """Whether a workspace exists for this viewer."""
        return self.workspaces is None or workspace in self.workspaces


EVERYBODY = Viewer()
"""Whoever is at this machine, where nobody has to sign in."""


class Viewers:
    """viewers.yaml as it is at the moment: an edit holds from the next request on."""

    def __init__(
        self, root: Path | None = None, tell: Callable[[str], None] = lambda _: None
    ) -> None:
        """Of a config's root, or none; what is wrong with the file is told when it is read."""
        self._root = root
        self._tell = tell
        self._stamp: _Stamp | None = None
        self._read: ReadViewers = NOBODY
        self._was_there = False

    @property
    def demanded(self) -> bool:
        """Whether there is such a file, or was: taking it away opens nothing."""
        self._refresh()
        return self._was_there

    def all(self) -> Mapping[str, Admission]:
        """Everybody who is let in, by name."""
        self._refresh()
        return self._read.admissions

    def with_token(self, token: str) -> tuple[str, Admission] | None:
        """Whose token it is."""
        digest = token_digest(token)
        for name, admission in self.all().items():
            if admission.token and compare_digest(admission.token, digest):
                return name, admission
        return None

    def _refresh(self) -> None:
        if self._root is None or (stamp := _stamp(self._root / VIEWERS_FILE)) == self._stamp:
            return
        self._stamp = stamp
        self._was_there |= stamp is not None
        # Whether the workspaces are there is lint's to say: one that is not is seen by nobody.
        self._read = read_viewers(self._root, None)
        for problem in self._read.problems:
            self._tell(str(problem))


def _stamp(file: Path) -> _Stamp | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def admitted(name: str, admission: Admission, token: str = "") -> Viewer:
    """The viewer that an entry of the file makes."""
    seen = None if admission.workspaces == ALL else frozenset(admission.workspaces)
    return Viewer(name, seen, token)


def viewer_of(connection: HTTPConnection) -> Viewer | None:
    """Who asks; None only on the page to sign in.

    Without the gate before the app nobody knows, and nothing is answered.
    """
    found: Viewer | None = connection.state.viewer
    return found


def only_seen(request: Request) -> None:
    """A dependency of the whole app: a workspace in a path is one that the viewer may see.

    Raises:
        HTTPException: 404, as for one that there is not.
    """
    viewer, workspace = viewer_of(request), request.path_params.get("workspace")
    if workspace is not None and not (viewer and viewer.may_see(workspace)):
        raise HTTPException(404)
