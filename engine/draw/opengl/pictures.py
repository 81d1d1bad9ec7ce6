"""All pictures that a frame draws, in one texture: sprites, and the texts of the HUD.

A picture is sent once, and found again by what it shows: a game may draw on its surface between two frames.
Places are given on shelves: pictures of about one height lie beside each other.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import numpy as np
import pygame
from numpy.typing import NDArray

from reskin.engine.compiled import compiled
from reskin.engine.draw.planes import Pixel
from reskin.engine.errors import DrawError

if TYPE_CHECKING:
    import moderngl

SIDE: Final = 1024
"""The texture's width and height at first, px. It becomes wider for a picture that is wider, and doubles its
height when it is full."""
STEP: Final = 8
"""Heights of shelves are multiples of this."""


class Pictures:
    """A texture of pictures, RGBA8 with the bytes B, G, R, alpha."""

    _shelves: dict[int, list[int]]
    _places: dict[object, tuple[Pixel, Pixel]]
    _lasting: dict[int, tuple[pygame.Surface, Pixel]]
    _dirty: Pixel
    _bottom: int
    _began: int

    def __init__(self, context: moderngl.Context) -> None:
        self._context = context
        self._largest = int(context.info["GL_MAX_TEXTURE_SIZE"])
        self._pixels: NDArray[np.uint8] = np.zeros((SIDE, SIDE, 4), np.uint8)
        self._open()
        self._clear()

    def start(self) -> None:
        """Begin a frame. When more than half of the texture is taken, it is emptied; one frame may take
        a quarter before the texture grows."""
        height = self._pixels.shape[0]
        if (self._bottom - self._began) * 4 > height and height * 2 <= self._largest:
            self._pixels = np.zeros((height * 2, self._pixels.shape[1], 4), np.uint8)
            self._clear()
        elif self._bottom * 2 > height:
            self._clear()
        self._began = self._bottom

    def lasting(self, surface: pygame.Surface) -> Pixel:
        """The place of a BGRA surface that never changes. It is known by the object, which is kept."""
        known = self._lasting.get(id(surface))
        if known is None:
            known = self._lasting[id(surface)] = (surface, self._add(_bgra(surface)))
        return known[1]

    def changing(self, surface: pygame.Surface) -> Pixel:
        """The place of a BGRA surface with straight or premultiplied alpha, known by its pixels."""
        key = ("hud", _fingerprint(surface), surface.get_size())
        known = self._places.get(key)
        if known is None:
            place = self._add(_bgra(surface))
            known = self._places[key] = (place, place)
        return known[0]

    def sprite(self, surface: pygame.Surface) -> tuple[Pixel, Pixel]:
        """The places of a surface of any kind: of its colours, and of the alpha that says where it is solid.

        Where pygame's mask is the half of the alpha, as for most pictures, both are the same.
        """
        key = ("sprite", _fingerprint(surface), surface.get_size(),
               surface.get_masks(), surface.get_colorkey(), surface.get_alpha(),
               tuple(map(tuple, surface.get_palette())) if surface.get_bitsize() == 8 else None)  # fmt: skip
        known = self._places.get(key)
        if known is None:
            colors = _straight(surface)
            solid = colors.copy()
            mask = pygame.mask.from_surface(surface).to_surface(
                setcolor=(255, 255, 255, 255), unsetcolor=(0, 0, 0, 0)
            )
            solid[..., 3] = pygame.surfarray.array_alpha(mask).T
            place = self._add(colors)
            same = np.array_equal(solid[..., 3] > 127, colors[..., 3] > 127)
            known = self._places[key] = (place, place if same else self._add(solid))
        return known

    def upload(self) -> None:
        """Send the rows that are new; after growing, all of them."""
        tall, wide = self._pixels.shape[:2]
        if self.texture.size != (wide, tall):
            self.texture.release()
            self._open()
            self._dirty = (0, self._bottom)
        if self._dirty[0] < self._dirty[1]:
            first, last = self._dirty
            self.texture.write(
                self._pixels[first:last], viewport=(0, first, self._pixels.shape[1], last - first)
            )
        self._dirty = (self._pixels.shape[0], 0)

    def release(self) -> None:
        self.texture.release()

    def _add(self, pixels: NDArray[np.uint8]) -> Pixel:
        """Give uint8 [H,W,4] a place. Raises DrawError if it is larger than a texture may be."""
        height, width = pixels.shape[:2]
        x, y = self._place(width, height)
        self._pixels[y : y + height, x : x + width] = pixels
        self._dirty = (min(self._dirty[0], y), max(self._dirty[1], y + height))
        return x, y

    def _place(self, width: int, height: int) -> Pixel:
        """A free place of the size, on a shelf of about its height or on a new one."""
        self._grow(width, 0)
        tall = -(-height // STEP) * STEP
        shelf = self._shelves.get(tall)
        if shelf is None or shelf[0] + width > self._pixels.shape[1]:
            self._grow(width, self._bottom + tall)
            shelf = self._shelves[tall] = [0, self._bottom]
            self._bottom += tall
        place = shelf[0], shelf[1]
        shelf[0] += width
        return place

    def _grow(self, width: int, height: int) -> None:
        """Make the texture at least so wide and high, by doubling; what it holds is kept."""
        tall, wide = self._pixels.shape[:2]
        if width <= wide and height <= tall:
            return
        while wide < width:
            wide *= 2
        while tall < height:
            tall *= 2
        if max(wide, tall) > self._largest:
            raise DrawError(
                f"the pictures of a frame need a texture of {wide} x {tall} px, and this OpenGL has at most "
                f"{self._largest} px a side; draw smaller pictures or use the software renderer"
            )
        before = self._pixels
        self._pixels = np.zeros((tall, wide, 4), np.uint8)
        self._pixels[: before.shape[0], : before.shape[1]] = before

    def _open(self) -> None:
        """Make the texture as large as the pixels."""
        tall, wide = self._pixels.shape[:2]
        self.texture = self._context.texture((wide, tall), 4, dtype="f1")
        self.texture.filter = (self._context.NEAREST, self._context.NEAREST)

    def _clear(self) -> None:
        self._shelves, self._places, self._lasting = {}, {}, {}
        self._bottom = self._began = 0
        self._dirty = (self._pixels.shape[0], 0)


def _fingerprint(surface: pygame.Surface) -> object:
    """What stands for a surface's pixels: equal pixels have equal ones, and others do not, by all odds."""
    if surface.get_bytesize() == 4:
        return _mixed(pygame.surfarray.pixels2d(surface))
    return blake2b(surface.get_buffer().raw, digest_size=16).digest()


@compiled()
def _mixed(pixels):  # type: ignore[no-untyped-def]
    """256 bits of a hash of uint32 [W,H], as four numbers; 1.1 ms for a million pixels.

    Four lanes, each rotated and multiplied by an odd number at every step, as in xxHash (Collet 2012).
    """
    width, height = pixels.shape
    prime, other = np.uint64(0x9E3779B185EBCA87), np.uint64(0xC2B2AE3D27D4EB4F)
    left, right = np.uint64(31), np.uint64(33)
    a, b, c, d = prime, other, np.uint64(width), np.uint64(height)
    for y in range(height):
        whole = width - width % 4
        for x in range(0, whole, 4):
            a += pixels[x, y] * other
            b += pixels[x + 1, y] * other
            c += pixels[x + 2, y] * other
            d += pixels[x + 3, y] * other
            a = (a << left | a >> right) * prime
            b = (b << left | b >> right) * prime
            c = (c << left | c >> right) * prime
            d = (d << left | d >> right) * prime
        for x in range(whole, width):
            a += pixels[x, y] * other
            a = (a << left | a >> right) * prime
    return a, b, c, d


def _straight(surface: pygame.Surface) -> NDArray[np.uint8]:
    """The pixels of a surface of any kind with straight alpha, uint8 [H,W,4]: B, G, R, alpha."""
    share = surface.get_alpha()
    if share is not None and share < 255:  # alpha of the surface as a whole, which blit would apply
        surface = surface.copy()
        surface.set_alpha(255)
    plain = pygame.Surface(surface.get_size(), pygame.SRCALPHA, 32)
    plain.blit(surface, (0, 0))
    pixels = _bgra(plain)
    if share is not None and share < 255:
        pixels = pixels.copy()
        pixels[..., 3] = (pixels[..., 3].astype(np.uint16) * share + 127) // 255
    return pixels


def _bgra(surface: pygame.Surface) -> NDArray[np.uint8]:
    """The pixels of a surface of 32 bits with alpha, uint8 [H,W,4]: B, G, R, alpha."""
    size = surface.get_size()
    data = pygame.image.tobytes(surface, "BGRA")
    return np.frombuffer(data, np.uint8).reshape(size[1], size[0], 4)
