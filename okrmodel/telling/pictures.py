"""Pictures of charts: SVG with a text alternative, PNG for mail and chat. No browser, no network."""

import json
import zlib
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from struct import pack, unpack
from typing import Any

from okrmodel.kept import Kept

_PNG = b"\x89PNG\r\n\x1a\n"
KEPT = 200
"""Pictures of each kind that are remembered; an SVG has about 15 kB."""


_SVGS: Kept[str] = Kept(KEPT)
_PNGS: Kept[bytes] = Kept(KEPT // 4)


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
