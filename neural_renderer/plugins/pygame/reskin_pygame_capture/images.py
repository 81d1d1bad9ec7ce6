"""The pixels of sources, as they are sent to the renderer: each once, under the hash of its content.

Pixels are taken when a source is drawn first, as games set the colour key of a sheet after they loaded it.
Taking 640×480 pixels and hashing them costs 2 ms, so a game may have `BURST` bytes at once and `STEADY` bytes
in each frame; what comes above that waits for a later frame. An image that is too large for the handoff is
sent smaller.
"""

from __future__ import annotations

import hashlib
import struct
from collections import OrderedDict
from typing import Any

import pygame

from .originals import copy, get_colorkey, get_flags, get_masks, get_size, scale, set_colorkey, subsurface

HEADER = struct.Struct("<III")
"""Before the pixels: width, height, and how many pixels of the source one of these spans each way."""
BURST, STEADY, SMALL = 48 << 20, 256 << 10, 16 << 10
"""Bytes. A small image may be taken though there is nothing left, down to `-BURST // 16`."""
MOST_REMEMBERED = 4096
"""Images of which it is remembered whether they are opaque."""

_to_bytes: Any = getattr(pygame.image, "tobytes", None) or pygame.image.tostring


def _pixels(surface: pygame.Surface) -> bytes:
    """Red, green, blue, alpha of each pixel as a blit shows it: a colour key is alpha 0."""
    pixels: bytes = _to_bytes(surface, "RGBA")
    keyed, has_alpha = get_colorkey(surface) is not None, get_masks(surface)[3] != 0
    if keyed and has_alpha:  # a blit heeds both, the bytes only the key
        return _with_alpha_of(surface, pixels)
    transparent = keyed or has_alpha or get_flags(surface) & pygame.SRCALPHA
    if transparent or not pixels[3::4].strip(b"\xff"):
        return pixels
    opaque = bytearray(pixels)  # alpha that is not used, and of which classic pygame gives any value
    opaque[3::4] = b"\xff" * (len(opaque) // 4)
    return bytes(opaque)


def _with_alpha_of(surface: pygame.Surface, keyed: bytes) -> bytes:
    """Pixels whose alpha says the colour key alone, 0 or 255, with the surface's own alpha as well."""
    plain = copy(surface)
    set_colorkey(plain, None)
    pixels = bytearray(_to_bytes(plain, "RGBA"))
    both = int.from_bytes(pixels[3::4], "little") & int.from_bytes(keyed[3::4], "little")
    pixels[3::4] = both.to_bytes(len(pixels) // 4, "little")
    return bytes(pixels)


class Images:
    """The images that were taken, up to `most` bytes; the one unused for longest goes first.

    `largest` is the most bytes of one image.
    """

    def __init__(self, most: int = 64 << 20, largest: int = (8 << 20) - 64) -> None:
        self.most, self.largest = most, largest
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._opaque: dict[bytes, bool] = {}
        self._bytes = 0
        self._left = BURST

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, name: bytes) -> bytes | None:
        """An image by its name; None if it was dropped."""
        found = self._kept.get(name)
        if found is not None:
            self._kept.move_to_end(name)
        return found

    def is_opaque(self, name: bytes) -> bool:
        """Whether an image is known, and all of it opaque."""
        found = self._opaque.get(name)
        if found is None:
            data = self.get(name)
            if data is None:
                return False
            if len(self._opaque) >= MOST_REMEMBERED:
                self._opaque.clear()
            found = self._opaque[name] = not data[HEADER.size + 3 :: 4].strip(b"\xff")
        return found

    def drop(self, name: bytes) -> None:
        """Forget an image. If it is needed again, it is taken again."""
        self._bytes -= len(self._kept.pop(name, b""))

    def frame(self) -> None:
        """Say that a frame was presented."""
        self._left = min(BURST, self._left + STEADY)

    def take(self, surface: pygame.Surface, area: tuple[int, int, int, int] | None = None) -> bytes | None:
        """Take the pixels that a surface shows now. Gives their name, b"" if there are none, or None if they
        must wait.
        """
        width, height = get_size(surface) if area is None else area[2:]
        need = 4 * width * height
        if not need:
            return b""
        if need > self._left and not ((need <= SMALL and self._left > -BURST // 16) or self._left >= BURST):
            return None
        self._left -= need
        if area is not None:
            surface = subsurface(surface, area)
        span = 1
        while 4 * (width // span) * (height // span) > self.largest - HEADER.size:
            span += 1
        if span > 1:
            width, height = max(1, width // span), max(1, height // span)
            surface = scale(surface, (width, height))
        data = HEADER.pack(width, height, span) + _pixels(surface)
        name = hashlib.blake2b(data, digest_size=16).digest()
        if name not in self._kept:
            self._kept[name] = data
            self._bytes += len(data)
            while self._bytes > self.most and len(self._kept) > 1:
                self._bytes -= len(self._kept.popitem(last=False)[1])
        else:
            self._kept.move_to_end(name)
        return name
