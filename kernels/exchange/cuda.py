"""`exchange` on a GPU: the kernels of `exchange.cuh`, and their launches."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from reskin.kernels.cuda.launch import Argument, Kernel, Launch, Read, Source, Write

SOURCE: Final = Source("exchange/exchange.cuh")
TAKE: Final = Kernel("take_frame", SOURCE, (256, 1, 1))
GIVE: Final = Kernel("give_picture", SOURCE, (256, 1, 1))


class Channels(NamedTuple):
    """A frame's channels: as textures, or as arrays [H,W] of a device.

    color: four bytes; material: one; anchor: two float16 (of textures) or float32; identity: uint16; motion:
    two float16; hud: four bytes; detail: one. Those that a frame lacks are None.
    """

    color: Any
    material: Any
    anchor: Any
    identity: Any = None
    motion: Any = None
    hud: Any = None
    detail: Any = None


def take_launch(
    textures: Channels, arrays: Channels, materials: int, size: tuple[int, int], bottom_up: bool
) -> Launch:
    """Copy textures to arrays. materials: how many there are; size: (H, W); bottom_up: whether the textures'
    first row is the lowest."""
    height, width = size
    texts = (
        textures.color, textures.material, textures.identity, textures.motion, textures.anchor, textures.hud,
        textures.detail,
    )  # fmt: skip
    given: tuple[Argument, ...] = tuple(None if texture is None else Read(texture) for texture in texts)
    made: tuple[Argument, ...] = tuple(
        None if texture is None else Write(array)
        for texture, array in zip(
            texts,
            (
                arrays.color, arrays.material, arrays.identity, arrays.motion, arrays.anchor, arrays.hud,
                arrays.detail,
            ),
            strict=True,
        )
    )  # fmt: skip
    return Launch(TAKE, _grid(size), (*given, *made, materials, height, width, int(bottom_up)))


def give_launch(
    picture: Any, surface: Any, size: tuple[int, int], red_shift: int, bottom_up: bool
) -> Launch:
    """Copy a picture uint32 [H,W], packed, to a texture of four bytes a texel, RGBA."""
    height, width = size
    arguments = (Read(picture), Write(surface), height, width, red_shift, int(bottom_up))
    return Launch(GIVE, _grid(size), arguments)


def _grid(size: tuple[int, int]) -> tuple[int, int, int]:
    return -(-size[1] // 32), -(-size[0] // 8), 1
