"""Pictures of charts: SVG with a text alternative, PNG for mail and chat. No browser, no network."""

import json
import zlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from hashlib import sha256
from html import escape
from struct import pack, unpack
from threading import Lock
from typing import Any, Generic, TypeVar

Picture = TypeVar("Picture", str, bytes)

_PNG = b"\x89PNG\r\n\x1a\n"
KEPT = 200
"""Pictures of each kind that are remembered; an SVG has about 15 kB."""


class _Kept(Generic[Picture]):
    """The pictures drawn last, by what they were drawn from. Safe to share between threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[str, Picture] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str, draw: Callable[[], Picture]) -> Picture:
        """The picture of this key, drawn when it is not there."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        # Outside the lock: two may draw the same at once, and none waits for another's.
        drawn = draw()
        with self._lock:
            self._found[key] = drawn
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return drawn


_SVGS: _Kept[str] = _Kept(KEPT)
_PNGS: _Kept[bytes] = _Kept(KEPT // 4)


def digest(spec: Mapping[str, Any]) -> str:
    """SHA-256 of a spec: equal specs make equal pictures."""
    return sha256(json.dumps(spec, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def svg(spec: Mapping[str, Any]) -> str:
    """The chart as SVG, with its title and description for those who do not see it.

    About 30 ms; a second the first time in a process, which starts the JavaScript inside.
    """
    return _SVGS.get(digest(spec), lambda: _described(_drawn(spec), spec))


def png(spec: Mapping[str, Any], scale: float = 2) -> bytes:
    """The chart as PNG, so many pixels for each of the spec's."""
    key = f"{digest(spec)}@{scale}"

    def draw() -> bytes:
        import vl_convert  # noqa: PLC0415 - as above

        return squeezed(vl_convert.svg_to_png(_drawn(spec), scale=scale))

    return _PNGS.get(key, draw)


def squeezed(picture: bytes) -> bytes:
    """The same PNG in a third of the bytes: it was packed for speed, and mails are kept for years."""
    found = [picture[: len(_PNG)]]
    pixels = b""
    place = len(_PNG)
    while place < len(picture):
        length, kind = unpack(">I4s", picture[place : place + 8])
        chunk = picture[place : place + length + 12]
        if kind == b"IDAT":
            pixels += chunk[8:-4]
        elif kind == b"IEND":
            packed = b"IDAT" + zlib.compress(zlib.decompress(pixels))
            found += [pack(">I", len(packed) - 4), packed, pack(">I", zlib.crc32(packed)), chunk]
        else:
            found.append(chunk)
        place += length + 12
    return b"".join(found)


def _drawn(spec: Mapping[str, Any]) -> str:
    # Imported here: it is 60 MB, and most commands draw nothing.
    import vl_convert  # noqa: PLC0415

    drawn: str = vl_convert.vegalite_to_svg(dict(spec), allowed_base_urls=[])
    return drawn


def _described(drawn: str, spec: Mapping[str, Any]) -> str:
    """With a role and names, as browsers hand them to screen readers."""
    title = escape(str(spec.get("usermeta", {}).get("title", "")))
    description = escape(str(spec.get("description", "")))
    head, tail = drawn.split(">", 1)
    named = f"<title>{title}</title><desc>{description}</desc>"
    return f'{head} role="img">{named}{tail}'
