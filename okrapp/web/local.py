"""Where one may be sent after signing in: to a page of ours, whatever the address says."""

import re

HOME = "/"
_MOST = 2048
# Browsers take // and /\ for another host, and drop tabs and line ends before they look.
_LOCAL = re.compile(r"/(?![/\\])[!-\[\]-~]*")


def local(there: str) -> str:
    """The path if it is one of ours; else the first page."""
    fits = len(there) <= _MOST and _LOCAL.fullmatch(there)
    if not fits or there.startswith(("/sign-in", "/sign-out")):
        return HOME
    return there
