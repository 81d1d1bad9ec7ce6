"""Reads a picture that a user names: the one way in for all of them.

The colours come as sRGB whatever the file holds: another colour profile, CMYK, greys, a palette or 16 bits
are converted, and a camera's note to turn the picture is followed. What cannot be converted is refused in
words, and so is a file of which the decoder warns. Needs Pillow (the extra `learn`), imported when it runs.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.errors import PictureError

FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "TGA", "PPM")
"""What Pillow may try. Others of its formats start programs, or tell too little of their colours."""
LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a file."""
MOST: Final = 16_000_000
"""Pixels. As many take up to 250 MB while they are converted."""
_GAMMA: Final = 0.45455
"""What a PNG says of its gamma where its colours are sRGB (PNG, 11.3.2.2)."""
_CHROMATICITIES: Final = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
"""The same for the white point and the primaries: x and y of each."""
_EXIF: Final = 0x8769
_COLOR_SPACE: Final = 0xA001
_INTEROP: Final = 0xA005
_INDEX: Final = 1


def read_picture_file(path: Path) -> NDArray[np.uint8]:
    """A picture, upright, as a read-only uint8 [H,W,4] RGBA array in sRGB; alpha is not multiplied in.

    Raises PictureError if there is no such file, if it is no whole single picture of at most `MOST` pixels,
    or if it says of its colours what cannot be converted.
    """
    try:
        from PIL import Image, ImageOps
    except ImportError as error:
        raise PictureError(
            "reading a picture needs Pillow, which is not installed; "
            "pip install 'reskin[learn]', or make install"
        ) from error

    data = _bytes_of(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=FORMATS) as checked:
                if checked.format == "PNG":
                    checked.verify()  # the checksums, which decoding passes over
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                _check_head(path, image, data)
                image.load()
                return np.asarray(_in_srgb(path, ImageOps.exif_transpose(image)), np.uint8)
    except PictureError:
        raise
    except Exception as error:  # a decoder raises whatever it likes, for a warning too
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        if "cannot identify" in reason:
            reason = "it is none that can be read"
        raise PictureError(f"{path}: expected a whole picture, but {reason}; save it again as PNG") from error


def _bytes_of(path: Path) -> bytes:
    """The content of a regular file. A pipe or a device could be without an end."""
    try:
        if path.exists() and not path.is_file():
            raise PictureError(f"{path}: expected a picture, found no file; name a PNG, JPEG or WebP")
        if (size := path.stat().st_size) > LARGEST:
            raise PictureError(f"{path}: expected at most {LARGEST} bytes, found {size}; make it smaller")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, PictureError):
            raise
        reason = error.strerror if isinstance(error, OSError) else error
        raise PictureError(f"cannot read the picture {str(path)!r:.200}: {reason}") from error


def _check_head(path: Path, image: Any, data: bytes) -> None:
    """Refuse what is too large, of several pictures, or in colours that only a note in the file describes."""
    if image.width * image.height > MOST:
        raise PictureError(
            f"{path}: expected at most {MOST} pixels, found {image.width} x {image.height}; make it smaller"
        )
    if image.format != "MPO" and getattr(image, "is_animated", False):  # an MPO is a photo and its preview
        raise PictureError(f"{path}: expected one picture, found several; save one of them as PNG")
    if image.info.get("icc_profile"):
        return  # which counts more than all the others
    says = ""
    if image.format == "PNG" and "srgb" not in image.info:
        gamma = image.info.get("gamma", _GAMMA)
        primaries = image.info.get("chromaticity", _CHROMATICITIES)
        if abs(gamma - _GAMMA) > 0.005:
            says = f"of gamma {gamma:.3f}"
        if max(abs(found - usual) for found, usual in zip(primaries, _CHROMATICITIES, strict=True)) > 0.01:
            says = "of other primaries"
    if image.format == "PNG" and not _is_srgb(data[: data.find(b"IDAT")]):
        says = "of another video standard (cICP)"
    exif = image.getexif()
    details = exif.get_ifd(_EXIF)
    if details.get(_COLOR_SPACE) == 2 or exif.get_ifd(_INTEROP).get(_INDEX) == "R03":
        says = "Adobe RGB"
    if says:
        raise PictureError(f"{path}: its colours are {says}, and not sRGB; save it as sRGB")


def _is_srgb(head: bytes) -> bool:
    """Whether the chunk cICP of a PNG, if there is one, says sRGB (ITU-T H.273: 1, 13)."""
    at = head.find(b"cICP")
    return at < 0 or head[at + 4 : at + 6] == bytes((1, 13))


def _in_srgb(path: Path, image: Any) -> Any:
    """A Pillow image of any mode, in mode RGBA and in sRGB."""
    if image.mode.startswith("I;16"):
        image = _from_16_bits(image)
    if image.mode in ("I", "F", "LAB", "HSV"):
        raise PictureError(f"{path}: expected RGB or grey of 8 or 16 bits, found {image.mode}; save it so")
    profile = image.info.get("icc_profile")
    if image.mode == "CMYK" and not profile:
        return image.convert("RGB").convert("RGBA")
    return _by_profile(path, image, profile) if profile else image.convert("RGBA")


def _from_16_bits(image: Any) -> Any:
    """Grey of 16 bits as grey of 8 with alpha; Pillow's own conversion forgets the transparent grey."""
    from PIL import Image

    grey = np.asarray(image).astype(np.uint32)
    alpha = np.where(grey == image.info.get("transparency", -1), 0, 255).astype(np.uint8)
    found = Image.fromarray(np.dstack((((grey * 255 + 32767) // 65535).astype(np.uint8), alpha)), "LA")
    found.info.update({key: value for key, value in image.info.items() if key != "transparency"})
    return found


def _by_profile(path: Path, image: Any, profile: bytes) -> Any:
    """An image with an ICC profile, in sRGB; as it is if its profile is sRGB, to the level."""
    from PIL import Image, ImageCms

    alpha = None if image.mode == "CMYK" else image.convert("RGBA").getchannel("A")
    mode = {"CMYK": "CMYK", "L": "L", "LA": "L", "1": "L"}.get(image.mode, "RGB")
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if given.profile.xcolor_space.strip() == "RGB":
            mode = "RGB"  # some programs put the screen's profile into a grey picture
        change = ImageCms.buildTransform(given, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
        raise PictureError(
            f"{path}: its colour profile does not suit it or cannot be read; save it as sRGB"
        ) from error
    plain = image if image.mode == mode else image.convert("RGBA").convert(mode)
    if mode == "RGB":
        steps = np.arange(0, 256, 15).astype(np.uint8)
        grid = np.stack(np.meshgrid(steps, steps, steps), -1).reshape(1, -1, 3)
        moved = np.asarray(ImageCms.applyTransform(Image.fromarray(grid), change))
        if int(np.abs(moved.astype(np.int16) - grid).max()) <= 1:
            return image.convert("RGBA")
    found = ImageCms.applyTransform(plain, change)
    found.putalpha(255 if alpha is None else alpha)
    return found
