"""Pictures of charts: with a text alternative, drawn once, and the same from several threads."""

import struct
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree as ET

import pytest

from okrmodel.telling import pictures
from okrmodel.telling.charts.key_result import key_result_spec
from okrmodel.telling.pictures import digest, png, squeezed, svg
from tests.okrmodel.telling.test_charts import CHARTS, line

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: type(chart).__name__)
def test_an_svg_says_what_it_shows_to_those_who_do_not_see_it(chart: object) -> None:
    spec = key_result_spec(chart, "light", 720)  # type: ignore[arg-type]
    root = ET.fromstring(svg(spec))
    assert root.get("role") == "img"
    title, description = root[0], root[1]
    assert (title.tag, title.text) == (f"{SVG}title", "Win <280> MQLs & more")
    assert (description.tag, description.text) == (f"{SVG}desc", spec["description"])
    assert root.get("width") == "720"


def test_nothing_in_it_is_loaded_and_nothing_runs() -> None:
    drawn = svg(key_result_spec(line(), "light", 720))
    assert "<script" not in drawn
    assert "<image" not in drawn
    assert "http" not in drawn.replace("http://www.w3.org/", "")


def test_a_chart_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = key_result_spec(line(title="drawn once"), "light", 720)
    first = svg(spec)
    monkeypatch.setattr(pictures, "_drawn", lambda _: pytest.fail("drawn again"))
    assert svg(dict(reversed(spec.items()))) is first


def test_specs_that_differ_have_other_digests() -> None:
    light, dark = (key_result_spec(line(), look, 720) for look in ("light", "dark"))
    assert digest(light) != digest(dark)
    assert digest(light) == digest(key_result_spec(line(), "light", 720))


def test_several_threads_draw_at_once() -> None:
    specs = [key_result_spec(line(title=f"thread {n}"), "light", 300 + n) for n in range(6)]
    with ThreadPoolExecutor(4) as pool:
        widths = [ET.fromstring(one).get("width") for one in pool.map(svg, specs)]
    assert widths == [str(300 + n) for n in range(6)]


def test_a_png_is_twice_as_wide_as_its_spec_and_small() -> None:
    drawn = png(key_result_spec(line(), "light", 600), scale=2)
    assert drawn.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", drawn[16:24])[0] == 1200
    assert len(drawn) < 60_000


def test_a_squeezed_png_has_the_same_pixels() -> None:
    pixels = zlib.compress(b"\0\xff\0\0" * 2000, 0)
    header = struct.pack(">IIBBBBB", 1, 2000, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", pixels[:50]), (b"IDAT", pixels[50:]), (b"IEND", b"")]
    whole = b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)
    found = squeezed(whole)
    assert len(found) < len(whole) / 10
    kinds = [kind for kind, _ in chunks(found)]
    assert kinds == [b"IHDR", b"IDAT", b"IEND"]
    assert zlib.decompress(dict(chunks(found))[b"IDAT"]) == b"\0\xff\0\0" * 2000


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def chunks(picture: bytes) -> list[tuple[bytes, bytes]]:
    found, place = [], 8
    while place < len(picture):
        length, kind = struct.unpack(">I4s", picture[place : place + 8])
        body = picture[place + 8 : place + 8 + length]
        [check] = struct.unpack(">I", picture[place + 8 + length : place + 12 + length])
        assert check == zlib.crc32(kind + body)
        found.append((kind, body))
        place += 12 + length
    return found


def test_whoever_draws_nothing_does_not_load_what_draws() -> None:
    code = "import sys, okrmodel.telling.pictures; sys.exit('vl_convert' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
