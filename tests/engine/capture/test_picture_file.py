"""Pictures that a user names: their colours are what the file says of itself, or they are refused."""

from __future__ import annotations

import io
import random
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from reskin.engine.capture.picture_file import MOST, read_picture_file
from reskin.engine.errors import PictureError

pytest.importorskip("PIL", reason="Pillow is not installed (the extra learn)")
from PIL import Image, ImageCms

RED, BLUE = (200, 40, 20), (20, 60, 210)
COLOURS = np.full((24, 40, 3), RED, np.uint8)
"""Red on the left, blue on the right; a JPEG's blocks do not cross the border."""
COLOURS[:, 24:] = BLUE
GREYS = np.array((86, 65))


def saved(path: Path, image: Any, **options: Any) -> NDArray[np.uint8]:
    image.save(path, **options)
    return read_picture_file(path)


def exif(**tags: int) -> bytes:
    made = Image.Exif()
    if "orientation" in tags:
        made[0x112] = tags["orientation"]
    if "space" in tags:
        made.get_ifd(0x8769)[0xA001] = tags["space"]
    return bytes(made.tobytes())


def swapped_profile() -> bytes:
    """The profile of sRGB with the names of its red and blue exchanged, as a file of other primaries."""
    data = SRGB
    for old, new in ((b"rXYZ", b"????"), (b"bXYZ", b"rXYZ"), (b"????", b"bXYZ")):
        data = data.replace(old, new)
    return bytes(data)


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
FORMS: list[tuple[str, str, dict[str, Any]]] = [
    *((mode, "png", {}) for mode in ("RGB", "RGBA", "P")), ("RGB", "png", {"icc_profile": SRGB}),
    *((mode, "tif", {}) for mode in ("RGB", "RGBA", "CMYK", "P")), ("P", "gif", {}), ("RGB", "ppm", {}),
    *((mode, suffix, {}) for mode in ("RGB", "RGBA", "P") for suffix in ("bmp", "tga")),
    *((mode, "webp", {"lossless": True}) for mode in ("RGB", "RGBA")), ("RGB", "jpg", {"icc_profile": SRGB}),
    *((mode, "jpg", {"progressive": each}) for mode in ("RGB", "CMYK") for each in (False, True)),
]  # fmt: skip


@pytest.mark.parametrize(("mode", "suffix", "options"), FORMS)
def test_every_form_of_a_picture_gives_its_colours(
    tmp_path: Path, mode: str, suffix: str, options: dict[str, Any]
) -> None:
    image = Image.fromarray(COLOURS)
    image = image.quantize(8) if mode == "P" else image.convert(mode)
    quality = {"quality": 95} if suffix == "jpg" else {}
    found = saved(tmp_path / f"a.{suffix}", image, **quality, **options)
    assert found.shape == (24, 40, 4) and found.dtype == np.uint8 and (found[..., 3] == 255).all()
    assert np.abs(found[:, :16, :3].astype(int) - RED).max() <= 2
    assert np.abs(found[:, 32:, :3].astype(int) - BLUE).max() <= 2


def test_a_cmyk_jpeg_of_photoshops_kind_is_not_inverted(tmp_path: Path) -> None:
    """Adobe's programs store CMYK inverted and say so in a marker, as Pillow does."""
    found = saved(tmp_path / "cmyk.jpg", Image.fromarray(COLOURS).convert("CMYK"), quality=95)
    assert b"Adobe" in (tmp_path / "cmyk.jpg").read_bytes()
    assert np.abs(found[4, 4, :3].astype(int) - RED).max() <= 2


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "webp"])
def test_a_colour_profile_is_followed(tmp_path: Path, suffix: str) -> None:
    options = {"quality": 95} if suffix == "jpg" else {"lossless": True} if suffix == "webp" else {}
    found = saved(
        tmp_path / f"a.{suffix}", Image.fromarray(COLOURS), icc_profile=swapped_profile(), **options
    )
    assert np.abs(found[4, 4, :3].astype(int) - RED[::-1]).max() <= 2
    assert np.abs(found[4, 36, :3].astype(int) - BLUE[::-1]).max() <= 2


@pytest.mark.parametrize("mode", ["L", "LA", "I;16"])
def test_greys_of_8_and_16_bits(tmp_path: Path, mode: str) -> None:
    grey = Image.fromarray(COLOURS).convert("L")
    if mode == "I;16":
        grey = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    found = saved(tmp_path / "a.png", grey if mode == "I;16" else grey.convert(mode))
    assert (found[4, (4, 36)] == np.dstack((*3 * [GREYS], (255, 255)))[0]).all()


def test_transparency_is_told_however_it_is_stored(tmp_path: Path) -> None:
    image = Image.fromarray(COLOURS)
    half = image.copy()
    half.putalpha(100)
    clear = [255, 0]
    palette = image.quantize(8)
    grey = Image.fromarray(COLOURS[..., 0].astype(np.uint16) * 257)
    first = palette.getpixel((0, 0))
    found = {
        "alpha": saved(tmp_path / "a.png", half),
        "a colour": saved(tmp_path / "b.png", image, transparency=RED),
        "a palette": saved(tmp_path / "c.png", palette, transparency=first),
        "a GIF": saved(tmp_path / "d.gif", palette, transparency=first),
        "16 bits": saved(tmp_path / "e.png", grey, transparency=200 * 257),
    }  # fmt: skip
    assert (found.pop("alpha")[..., 3] == 100).all()
    for name, picture in found.items():
        assert [picture[4, 36, 3], picture[4, 4, 3]] == clear, name


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tif"])
def test_a_cameras_note_to_turn_the_picture_is_followed(tmp_path: Path, suffix: str) -> None:
    found = saved(tmp_path / f"a.{suffix}", Image.fromarray(COLOURS), exif=exif(orientation=6))
    assert found.shape == (40, 24, 4)
    assert np.abs(found[2, 12, :3].astype(int) - RED).max() <= 12
    assert np.abs(found[38, 12, :3].astype(int) - BLUE).max() <= 12


def chunked(name: bytes, content: bytes) -> bytes:
    """A PNG with one further chunk before its pixels."""
    file = io.BytesIO()
    Image.fromarray(COLOURS).save(file, "PNG")
    data = file.getvalue()
    chunk = struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
    return data[:33] + chunk + data[33:]


def sized(width: int, height: int) -> bytes:
    """A PNG that says that it is larger than it is."""
    data = bytearray(chunked(b"tEXt", b"a\0b"))
    data[16:24] = struct.pack(">II", width, height)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    return bytes(data)


def picture_of(suffix: str, **options: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(COLOURS).save(file, suffix, **options)
    return file.getvalue()


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]


P3 = (31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)
BAD_NOTE = b"Exif\0\0II*\0\x08\0\0\0\xff\0" + bytes(20)
OTHER = [Image.fromarray(COLOURS[:, ::-1].copy())]
REFUSED: dict[str, tuple[bytes, str]] = {
    "another gamma": (chunked(b"gAMA", struct.pack(">I", 100_000)), "of gamma 1.000, and not sRGB"),
    "other primaries": (chunked(b"cHRM", struct.pack(">8I", *P3)), "of other primaries"),
    "HDR": (chunked(b"cICP", bytes((9, 16, 0, 1))), "cICP"),
    "Adobe RGB by a note": (picture_of("JPEG", exif=exif(space=2)), "Adobe RGB, and not sRGB"),
    "a broken profile": (picture_of("PNG", icc_profile=b"no profile"), "colour profile"),
    "an animation": (picture_of("GIF", save_all=True, append_images=OTHER), "found several"),
    "an animated PNG": (picture_of("PNG", save_all=True, append_images=OTHER), "found several"),
    "two pages": (picture_of("TIFF", save_all=True, append_images=OTHER), "found several"),
    "many pixels": (sized(6000, 5000), f"at most {MOST} pixels, found 6000 x 5000"),
    "a bomb": (sized(60_000, 60_000), "expected a whole picture"),
    "a wrong checksum": (flipped(picture_of("PNG"), 29), "whole picture"),
    "nothing": (b"", "none that can be read"), "words": (b"root:x:0:0\n", "none that can be read"),
    "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "none that can be read"),
    "a corrupt note": (picture_of("JPEG", exif=BAD_NOTE), "whole picture"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_a_file_says_of_itself_is_not_passed_over(tmp_path: Path, kind: str) -> None:
    content, words = REFUSED[kind]
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(PictureError, match=words) as caught:
        read_picture_file(tmp_path / "a.png")
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("place", ["/dev/zero", ".", "none.png", "a" * 300, "a\0b"])
def test_what_is_no_file_is_named(place: str) -> None:
    with pytest.raises(PictureError):
        read_picture_file(Path(place))


@pytest.mark.parametrize("suffix", ["PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP"])
def test_what_is_cut_or_flipped_is_read_or_refused_in_a_line(tmp_path: Path, suffix: str) -> None:
    whole, path = picture_of(suffix), tmp_path / "a"
    for end in range(0, len(whole) - 3, max(len(whole) // 40, 1)):
        path.write_bytes(whole[:end])
        with pytest.raises(PictureError):
            read_picture_file(path)
    draw, refusals = random.Random(suffix), [""]
    for _ in range(100):
        data = bytearray(whole)
        for _ in range(draw.randrange(1, 4)):
            data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        path.write_bytes(data)
        try:
            assert read_picture_file(path).shape[2] == 4
        except PictureError as error:
            refusals.append(str(error))
    assert max(len(text.splitlines()) for text in refusals) == 1
