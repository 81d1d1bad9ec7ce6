"""The whole neural renderer on one page: a frame goes in, and comes out in another look.

    frame ─► features ─► network ◄─ history, reprojected by motion, dropped where hidden or cut
                            │                 │
                            └─► rectify ◄─────┘  steadied by the history, within a limit
                                   └─► in a transition, the theme before fades out
                                          └─► color scale, detail, overlay and strength
                                                 └─► legibility guard ─► HUD, exact ─► picture

A `Restyler` is a `PostRenderer`: the loop hands it frames, and shows the plain frame if it raises.
Call it from one thread at a time; `set_theme` may be called from any thread.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import Frame
from reskin.engine.gpu_frame import GpuFrame
from reskin.kernels.simd.forks import process_lock
from reskin.neural_renderer import runtimes
from reskin.neural_renderer.compose import compose
from reskin.neural_renderer.errors import InputError, ThemeError
from reskin.neural_renderer.features import features, scrolled_tiles
from reskin.neural_renderer.handoff.cuda_gl.frames import GpuFrames, gpu_frame
from reskin.neural_renderer.handoff.cuda_gl.host_copies import check_target
from reskin.neural_renderer.history import History
from reskin.neural_renderer.runtimes.live import LiveRuntime
from reskin.neural_renderer.stages import Stages
from reskin.neural_renderer.theme import pack as packs
from reskin.neural_renderer.theme.pack import Theme
from reskin.neural_renderer.theme.watcher import ThemeWatcher
from reskin.neural_renderer.transition import KINDS, Kind, LeavingTheme

if TYPE_CHECKING:
    from reskin.neural_renderer.runtimes.cuda_gl import CudaGl

_choosing: Final = process_lock()
"""Held while a restyler's theme and its folder are replaced."""


class Restyler:
    """Restyles frames in a theme.

    >>> restyler = Restyler("winter")
    >>> picture = restyler(frame)        # uint8 [H,W,4], the frame's layout, its HUD over it
    >>> restyler.set_theme("bricks")     # from the next frame on
    >>> restyler.render(gpu_frame, window)    # from textures into a texture, or onto the screen

    theme: a shipped theme's name, the path of a pack, or a `Theme`. device: "auto", "cpu",
    "openvino", "cuda", "torch" or a device of torch's such as "torch:cuda". size: (width, height) of the
    frames, if it is known, so that the network is compiled now and not at the first frame. transition: how
    one theme replaces another: "cut", "fade" or "wipe". legible: whether the guard raises the contrast of
    what a player must see, as far as the theme's `legibility` says. Both may be set at any time. preload:
    compile every shipped theme on another thread, so that a switch costs nothing. live: for a game that is
    being played: where the network is too slow for the game's frames, it works on a thread of its own, and
    the frames between its pictures are carried along (on a CPU; see `runtimes.live`). Raises ThemeError or
    RuntimeMissing when made; InputError or NonFinite when called.
    """

    def __init__(
        self,
        theme: str | Path | Theme = "winter",
        device: str = "auto",
        size: tuple[int, int] | None = None,
        transition: Kind = "cut",
        legible: bool = True,
        preload: bool = False,
        live: bool = False,
    ) -> None:
        if transition not in KINDS:
            raise InputError(f"transition must be one of {', '.join(KINDS)}, got {transition!r}")
        self.choice = runtimes.choose_runtime(device)
        runtime = runtimes.create_runtime(self.choice)
        self.live: LiveRuntime | None = LiveRuntime(runtime) if live and runtime.device == "cpu" else None
        """Decides whether frames wait for the network; None if they all do."""
        self._runtime: runtimes.Runtime = self.live or runtime
        self.themes: Sequence[str] = packs.available_themes()
        self._watcher: ThemeWatcher | None = None
        self._folder: Path | None = None  # of the theme, unless it came as a `Theme`
        self._theme = self._choose(theme)
        self._history: History | None = None
        self._painted_by = self._theme
        self._leaving: LeavingTheme | None = None
        self.transition = transition
        self.legible = legible
        self._strength = 1.0
        self._preloads = preload
        self.tick_rate: float = 60
        """Ticks a second of the game, which set how fast a theme's textures scroll."""
        self._ready_for: tuple[int, int] | None = None
        self.stages = Stages()
        self._gpu = GpuFrames()
        self._direct: CudaGl | None = None
        if size is not None:
            self._runtime.prepare(self._theme, size)

    def __call__(self, frame: Frame | GpuFrame | Any) -> NDArray[np.uint8]:
        """Restyle one frame; a bare uint8 [H,W,3] RGB array is restyled by its colours alone.

        The picture is a new C-contiguous array of as many channels as were given.

        A texture or framebuffer of moderngl's, and an array of CuPy or torch, are taken as well: uint8
        [H,W,4] are the colours of a frame in layout RGBA. Textures' rows are taken to begin at the bottom, as
        OpenGL has them; the picture's begin at the top.
        """
        history, self._history = self._history, None  # what raises leaves no history behind
        host, bare = self._to_host(frame)
        picture = self._restyle(host, history)
        # C-contiguous, as pygame, Pillow and encoders want the bytes of a picture.
        return np.ascontiguousarray(picture[..., :3] if bare else picture)

    def render(self, frame: Frame | GpuFrame | Any, target: Any, bottom_up: bool = True) -> None:
        """Restyle a frame into a texture or a framebuffer of moderngl's, such as a window's screen.

        A texture has the frame's size and four components of type "f1", and gets the colours as RGBA. A
        framebuffer may have any size; the nearest pixels are shown. bottom_up: whether the target's first row
        is the lowest, as in OpenGL. With device "cuda" nothing is copied to the host if that is possible; see
        docs/gpu.md. Call it on the thread where the context is current. After an error the
        target is as it was.
        """
        history, self._history = self._history, None
        if self._render_directly(frame, target, bottom_up):
            return
        host, _ = self._to_host(frame)
        check_target(target, host.width, host.height)
        picture = self._restyle(host, history)
        with self.stages("write"):
            self._gpu.write(picture, host.layout, target, bottom_up)

    def _render_directly(self, source: Any, target: Any, bottom_up: bool) -> bool:
        """Render a frame of textures within the GPU, if that is possible. Themes then change at once."""
        frame, theme = gpu_frame(source), self._theme
        if self.choice.name != "cuda" or frame is None or self._leaving is not None:
            return False
        if self._direct is None:
            from reskin.neural_renderer.runtimes.cuda_gl import direct_renderer

            self._direct = direct_renderer(self._runtime)
        offsets = scrolled_tiles(theme.scroll_offset(frame.tick, self.tick_rate))
        bar = theme.legibility if self.legible else 0
        with self.stages("gpu"):
            done = self._direct.render(frame, target, bottom_up, theme, offsets, self._strength, bar)
        if done:
            self._painted_by = theme
        return done

    def _to_host(self, source: Any) -> tuple[Frame, bool]:
        """What was given as a frame in the host's memory, and whether it was a bare picture."""
        if isinstance(source, Frame):
            return source, False
        if not isinstance(source, np.ndarray):
            with self.stages("read"):
                source = self._gpu.to_host(source)
        return (source, False) if isinstance(source, Frame) else (_bare(source), True)

    def _restyle(self, frame: Frame, history: History | None) -> NDArray[np.uint8]:
        theme = self._theme
        with self.stages("features"):
            seen = features(frame, theme.scroll_offset(frame.tick, self.tick_rate))
        self._preload(frame)
        leaving, self._leaving = None if frame.cut else self._leaving, None
        if frame.cut:
            history = None
        if theme.tensors is not self._painted_by.tensors:
            if history is not None and self.transition != "cut":
                last = history if leaving is None else leaving.shown
                leaving = LeavingTheme(self.transition, last, last)
            history = None  # the new theme must not be steadied by the old one's picture
        styled = self._runtime.restyle(theme, frame, seen, history)
        self._history, self._painted_by = styled, theme
        picture = styled.picture
        if leaving is not None:
            with self.stages("transition"):
                picture, self._leaving = leaving.over(styled, seen)
        with self.stages("compose"):
            # The history keeps the picture without what the guard adds, so that nothing can build up.
            bar = theme.legibility if self.legible else 0
            return compose(
                picture, frame, seen.material, theme.strengths() * np.float32(self._strength),
                theme.color_scales(), bar, theme.detail_factors,
            )  # fmt: skip

    @property
    def strength(self) -> float:
        """How much of the restyling shows, 0..1, over the theme's own strengths: 0 is the plain picture.

        It may be set at any time, from any thread. Raises InputError for another number.
        """
        return self._strength

    @strength.setter
    def strength(self, strength: float) -> None:
        if not 0 <= strength <= 1:
            raise InputError(f"strength must be a number from 0 to 1, got {strength!r}")
        self._strength = float(strength)

    @property
    def theme(self) -> str:
        """Name of the theme; see `set_theme`."""
        return self._theme.name

    def set_theme(self, theme: str | Path | Theme) -> None:
        """Switch to a shipped theme's name, the path of a pack, or a `Theme`, from the next frame on.

        Raises ThemeError, and then the theme stays as it is.
        """
        self._choose(theme)

    @property
    def exact(self) -> bool:
        """Whether the theme's pictures are the same on every x86 machine; see `Theme.exact`."""
        return self._theme.exact

    def _choose(self, theme: str | Path | Theme) -> Theme:
        folder = None if isinstance(theme, Theme) else packs.find_theme(theme)
        chosen = theme if isinstance(theme, Theme) else packs.load_theme(theme)
        with _choosing:
            self._theme, self._folder = chosen, folder
        return chosen

    def watch(self, on: bool = True) -> None:
        """Start to follow edits of the theme's pack, or stop. Stop it before the program ends."""
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.stop()
        if on:
            self._watcher = ThemeWatcher(lambda: self._folder, self._take)

    @property
    def trouble(self) -> str:
        """Why the last edit of the theme was refused, in lines for the screen; empty if it was not."""
        return "" if self._watcher is None else self._watcher.trouble

    def _take(self, folder: Path, theme: Theme) -> None:
        """Use an edited theme from the next frame on. Called on the watcher's thread."""
        if self._ready_for is not None and theme.tensors is not self._theme.tensors:
            self._runtime.prepare(theme, self._ready_for)
        with _choosing:
            if folder == self._folder:  # else another was chosen meanwhile
                self._theme = theme

    @property
    def advice(self) -> str:
        """What a player may want to know of how fast it is, in one sentence; mostly empty."""
        return "" if self.live is None else self.live.advice

    @property
    def runtime(self) -> str:
        """Which runtime was chosen: "openvino", "cuda" or "torch"."""
        return self._runtime.name

    @property
    def device(self) -> str:
        return self._runtime.device

    @property
    def timings(self) -> dict[str, float]:
        """Milliseconds of the last frame by stage."""
        return {**self.stages, **self._runtime.stages}

    @property
    def history(self) -> History | None:
        """The last output; None after a failure or a reset. A cut or another theme drops it. It may be set,
        for experiments."""
        return self._history

    @history.setter
    def history(self, history: History | None) -> None:
        self._history, self._painted_by = history, self._theme

    def reset(self) -> None:
        """Forget the last output: the next frame starts afresh."""
        self._history = self._leaving = None
        if self._direct is not None:
            self._direct.reset()

    def release(self) -> None:
        """Free what it keeps in OpenGL's contexts; before a context that goes on without it."""
        self._gpu.release()
        if self._direct is not None:
            self._direct.release()

    def _preload(self, frame: Frame) -> None:
        """Compile every shipped theme for this size, once, on another thread."""
        size = (frame.width, frame.height)
        if size == self._ready_for:
            return
        self._ready_for = size
        if not self._preloads:
            return
        others = [name for name in self.themes if name != self._theme.name]
        # Not a daemon: a process that ends while a network is being compiled would abort.
        threading.Thread(target=self._prepare, args=(others, size), name="reskin-preload").start()

    def _prepare(self, names: Sequence[str], size: tuple[int, int]) -> None:
        for name in names:
            if not threading.main_thread().is_alive():
                return
            try:
                self._runtime.prepare(packs.load_theme(name), size)
            except ThemeError:
                continue  # a damaged pack is reported when it is chosen


def _bare(picture: NDArray[np.uint8]) -> Frame:
    """A frame with colours and no other channel."""
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or 0 in picture.shape:
        raise InputError(
            f"a bare picture must be uint8 [H,W,3] RGB, got {picture.dtype} {list(picture.shape)}; "
            "pass a reskin.engine.frame.Frame for anything else"
        )
    color = np.full((*picture.shape[:2], 4), 255, np.uint8)
    color[..., :3] = picture
    return Frame(color=color, layout="RGBA")
