"""Shows another picture than the game drew, and leaves the game's surface as it was.

At `display.flip` and `display.update` a callback gets the display. If it gives a picture, that is written
into the display, shown, and the plain pixels are written back. The game reads only what it drew itself, so
dirty rectangles, subsurfaces of the display and blurred pause menus stay right. As the whole picture changes
in every frame, `update` of some rectangles then shows all of it, and once more when the window goes back to
the plain frame. Writing and restoring take 0.09 ms at 640×480, a plain frame 0.002.

Left plain: OpenGL displays, for which the callback is not called, and displays of other than 32 bits a pixel
in the order B, G, R, X. Only the arguments of `set_mode` tell what a display is: SDL shows other windows by
OpenGL, too, so on X11 the display's flags say OPENGL in every game, and they never say SCALED.
Flips that C code makes by itself, as `set_mode` does, are not seen.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pygame

from .originals import get_bitsize, get_buffer, get_display, get_masks, get_pitch, get_size
from .patching import Switch, observed, warning
from .real_time import perf_counter

if TYPE_CHECKING:
    from .patching import Patches

    Callback = Callable[[pygame.Surface], Any]
    """Takes the display; gives None for the plain frame, or width × height × 4 bytes in the order B, G, R, X.
    """

OPENGL = "this game draws with OpenGL; reskin run cannot see that yet; it runs plain"


class PresentHooks:
    """Calls `callback` once for each frame that the game presents, on the thread that presents it.

    `after` is called with the display when the frame was shown, whether restyled or plain. Where two threads
    present, one waits for the other.
    """

    def __init__(self, callback: Callback, after: Callable[[pygame.Surface], None] | None = None) -> None:
        self.callback = callback
        self.after = after
        self.unseen: Callable[[str], None] | None = None
        """Told what cannot be restyled."""
        self.counted: Callable[[], None] | None = None
        """Called after `callback` for each frame, also when that has failed and is not called any more."""
        self.swap_s = 0.0
        """How long it took to put the last picture in and the plain pixels back."""
        self._replaced = False
        """Whether the window shows another picture than the display holds."""
        self._opengl = self._scaled = False
        self._inside = False
        self._lock = threading.RLock()
        self._flip = pygame.display.flip

    def install(self, patches: Patches) -> None:
        patches.function(
            pygame.display,
            "set_mode",
            lambda original, switch: observed(warning(original), self._set_mode, switch),
        )
        flip = self._flip
        for name in ("flip", "update"):
            patches.function(
                pygame.display, name, lambda original, switch: self._make(original, flip, switch)
            )
        if hasattr(os, "register_at_fork"):  # a thread that held the lock is not in the child
            os.register_at_fork(after_in_child=self._forked)

    def _forked(self) -> None:
        self._lock, self._inside = threading.RLock(), False

    def _set_mode(self, _: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        flags, vsync = kwargs.get("flags", 0), kwargs.get("vsync", 0)
        flags = args[1] if len(args) > 1 else flags
        vsync = args[4] if len(args) > 4 else vsync
        self._opengl = bool(flags & pygame.OPENGL)
        self._scaled = not self._opengl and bool(flags & pygame.SCALED or vsync)
        self._replaced = False

    def _make(
        self, original: Callable[..., Any], flip: Callable[[], Any], switch: Switch
    ) -> Callable[..., Any]:
        def present(*args: Any, **kwargs: Any) -> Any:
            if kwargs or (args and original is flip):
                return original(*args, **kwargs)  # pygame is to complain
            if not switch.on:
                if not self._inside:
                    self._count()
                return original(*args)
            with self._lock:
                if self._inside:
                    return original(*args)
                return self._present(args, original, flip, switch)

        return present

    def _present(
        self, args: tuple[Any, ...], original: Callable[..., Any], flip: Callable[[], Any], switch: Switch
    ) -> Any:
        surface, picture, plain, start, scaled = None, None, None, 0.0, self._scaled
        self._inside = True
        try:
            surface = get_display()
            if self._opengl and self.unseen is not None:
                self.unseen(OPENGL)
            if surface is None or self._opengl or (args[:1] == (None,) and not scaled):
                surface = None
            else:
                picture = self.callback(surface)
                if picture is not None:
                    start = perf_counter()
                    picture, plain = _prepare(surface, picture)
        except Exception as error:
            switch.fail(error)
        finally:
            if args[:1] != (None,) or scaled:
                self._count()
            self._inside = False
        if plain is None or picture is None or surface is None:
            try:
                result = original(*args)
                if self._replaced and surface is not None:
                    self._replaced = False
                    if args and not scaled:
                        flip()  # what lies beside the rectangles
                return result
            finally:
                self._shown(surface, switch)
        try:
            _write(surface, picture)
            self._replaced = True
            self.swap_s = perf_counter() - start
            if scaled or not args:  # this shows all of it
                return original(*args)
            if _are_rectangles(args):
                return flip()
            original(*args)  # unusual rectangles are pygame's to judge
            return flip()
        finally:
            try:
                start = perf_counter()
                _restore(surface, picture, plain)
                self.swap_s += perf_counter() - start
            except Exception as error:
                switch.fail(error)
            self._shown(surface, switch)

    def show(self, picture: bytes | None) -> None:
        """Show a picture between two frames; None shows what the display holds. Raises what pygame raises."""
        with self._lock:
            surface = get_display()
            if self._inside or surface is None or self._opengl:
                return
            self._replaced = picture is not None
            if picture is None:
                self._flip()
                return
            picture, plain = _prepare(surface, picture)
            try:
                _write(surface, picture)
                self._flip()
            finally:
                _restore(surface, picture, plain)

    def _count(self) -> None:
        if self.counted is not None and get_display() is not None:
            with contextlib.suppress(Exception):
                self.counted()

    def _shown(self, surface: pygame.Surface | None, switch: Switch) -> None:
        if surface is None or self.after is None:
            return
        self._inside = True
        try:
            self.after(surface)
        except Exception as error:
            switch.fail(error)
        finally:
            self._inside = False


def _are_rectangles(args: tuple[Any, ...]) -> bool:
    """Whether `update` surely takes these arguments. Looking at them runs no code of the game."""
    if len(args) != 1:
        return len(args) == 4 and all(type(value) is int for value in args)
    given = args[0]
    if type(given) is not list:
        return _is_rectangle(given)
    return all(value is None or _is_rectangle(value) for value in given)


def _is_rectangle(value: Any) -> bool:
    if type(value) is tuple:
        return len(value) == 4 and all(type(number) is int for number in value)
    return isinstance(value, pygame.Rect)


def _prepare(surface: pygame.Surface, picture: Any) -> tuple[bytes, bytes]:
    """The memory of the display as it will be with the picture, and as it is now.

    Raises ValueError for a picture of another size or a display of another layout.
    """
    if not is_bgrx(surface):
        raise ValueError("the display is not of 32 bits in the order B, G, R, X; frames stay plain")
    width, height = get_size(surface)
    row, pitch = width * 4, get_pitch(surface)
    pixels = memoryview(picture).cast("B")
    if len(pixels) != row * height:
        raise ValueError(
            f"a picture must have {width} x {height} x 4 = {row * height} bytes, got {len(pixels)}"
        )
    plain: bytes = get_buffer(surface).raw
    if pitch == row:
        return picture if type(picture) is bytes else bytes(pixels), plain
    return padded(bytes(pixels), row, pitch), plain


def is_bgrx(surface: pygame.Surface) -> bool:
    """Whether a pixel of a surface is four bytes in the order B, G, R, X."""
    masks = tuple(get_masks(surface)[:3])
    return get_bitsize(surface) == 32 and masks == (0xFF0000, 0xFF00, 0xFF) and sys.byteorder == "little"


def padded(pixels: bytes, row: int, pitch: int) -> bytes:
    """Rows of `row` bytes as a surface holds them, `pitch` bytes apart."""
    if pitch == row:
        return pixels
    gap = bytes(pitch - row)
    return b"".join([pixels[start : start + row] + gap for start in range(0, len(pixels), row)])


def pixels_of(surface: pygame.Surface) -> bytes:
    """The pixels of a surface of 32 bits without padding, in the order that it has."""
    raw: bytes = get_buffer(surface).raw
    width, height = get_size(surface)
    row, pitch = width * 4, get_pitch(surface)
    if pitch == row:
        return raw
    return b"".join([raw[y * pitch : y * pitch + row] for y in range(height)])


def pixels_for_now(surface: pygame.Surface) -> memoryview:
    """The same without a copy where that is possible. Release it at once: until then the surface is locked,
    and SDL refuses to draw on it. So with a second thread it is always a copy."""
    if get_pitch(surface) == get_size(surface)[0] * 4 and threading.active_count() == 1:
        return memoryview(get_buffer(surface))  # type: ignore[arg-type]
    return memoryview(pixels_of(surface))


def _write(surface: pygame.Surface, data: bytes) -> None:
    """Replace the whole memory of a surface, rows with their padding. The buffer locks it, so it goes at
    once."""
    get_buffer(surface).write(data, 0)


def _restore(surface: pygame.Surface, picture: bytes, plain: bytes) -> None:
    """Write the plain pixels back. What another thread drew while the picture was shown is left."""
    if threading.active_count() > 1:
        now = get_buffer(surface).raw
        if now != picture and len(now) == len(plain):
            plain = _merged(now, picture, plain, get_pitch(surface))
    _write(surface, plain)


def _merged(now: bytes, picture: bytes, plain: bytes, pitch: int) -> bytes:
    """`plain`, but `now` where that differs from `picture`, in pixels of four bytes."""
    merged = bytearray(plain)
    for start in range(0, len(plain), pitch):
        if now[start : start + pitch] != picture[start : start + pitch]:
            for at in range(start, start + pitch, 4):
                if now[at : at + 4] != picture[at : at + 4]:
                    merged[at : at + 4] = now[at : at + 4]
    return bytes(merged)
