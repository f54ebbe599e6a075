"""Draws the app's two icons, a lighthouse, as PNG files."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator

Colour = tuple[int, int, int, int]
Point = tuple[float, float]
Paint = Callable[[float, float], Colour]

SEA: Colour = (15, 76, 92, 255)
WHITE: Colour = (255, 255, 255, 255)
LIGHT: Colour = (242, 193, 78, 255)
NOTHING: Colour = (255, 255, 255, 0)
FINENESS = 3
"""Each pixel is the mean of this many points each way."""

# On a square of 40 by 40, as the page's own icon has it.
TOWER: list[Point] = [(17, 15), (23, 15), (25.5, 34), (14.5, 34)]
LAMP: list[Point] = [(16, 9.5), (20, 6), (24, 9.5), (24, 13), (16, 13)]
BEAMS: list[list[Point]] = [[(5, 7.5), (14, 10), (14, 12), (5, 10.5)], [(35, 7.5), (26, 10), (26, 12), (35, 10.5)]]


def colour_icon() -> bytes:
    """192 by 192, in colour, on a ground."""

    def paint(x: float, y: float) -> Colour:
        # Teams cuts the edges: the picture keeps to the middle.
        x, y = 20 + (x - 20) * 1.25, 20 + (y - 20) * 1.25
        if _inside(TOWER, x, y):
            return WHITE
        return LIGHT if _inside(LAMP, x, y) or any(_inside(beam, x, y) for beam in BEAMS) else SEA

    return _png(192, paint)


def outline_icon() -> bytes:
    """32 by 32, white on nothing."""

    def paint(x: float, y: float) -> Colour:
        shapes = (TOWER, LAMP, *BEAMS)
        return WHITE if any(_inside(shape, x, y) for shape in shapes) else NOTHING

    return _png(32, paint)


def _inside(shape: list[Point], x: float, y: float) -> bool:
    """Whether a point lies in a convex shape whose corners go round clockwise or anticlockwise."""
    corners = zip(shape, [*shape[1:], shape[0]], strict=True)
    sides = [(bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0 for (ax, ay), (bx, by) in corners]
    return all(sides) or not any(sides)


def _png(width: int, paint: Paint) -> bytes:
    rows = b"".join(b"\0" + bytes(_row(width, number, paint)) for number in range(width))
    header = struct.pack(">IIBBBBB", width, width, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _row(width: int, number: int, paint: Paint) -> Iterator[int]:
    step = 40 / width / FINENESS
    for column in range(width):
        points = [
            paint((column * FINENESS + i + 0.5) * step, (number * FINENESS + j + 0.5) * step)
            for i in range(FINENESS)
            for j in range(FINENESS)
        ]
        yield from (sum(values) // len(points) for values in zip(*points, strict=True))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
