"""The player of a post-renderer: frames in, pictures to show out. It owns the thread, the circuit breaker
and the theme.

Without a window, `restyle` gives the picture of a frame on the caller's thread. With one, `submit` hands a
frame to a thread of the player's, so that a tick never waits for it, and `collect` gives what to show: the
picture, or None for the plain one when it fails or is late. A post-renderer is never touched by two threads:
a change of theme is made on the player's thread too, between two frames.
Read next: `engine.loop.windowed_loop`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Protocol, runtime_checkable

import numpy as np

from reskin.engine.capture.pictures import Picture
from reskin.engine.errors import error_line
from reskin.engine.frame import Frame, PostRenderer
from reskin.engine.loop.circuit_breaker import CircuitBreaker, user_interrupts

PLAIN: Final = "plain"
"""What the HUD and the report call the picture without any restyling."""
DEADLINE_MS: Final = 100.0
"""How long a picture may take in a window."""
LOADING_MS: Final = 5000.0
"""How long the first picture of a theme may take, which may compile kernels."""


@runtime_checkable
class Themed(Protocol):
    """A post-renderer with themes. `set_theme` switches to one by name, from the next frame on.

    Other attributes that any post-renderer may have: `runtime` and `device`, which are shown; `trouble`, what
    is wrong with an edit of the theme; `advice`, a sentence that is shown once; and `watch(on)`, to take up
    edits or no longer.
    """

    @property
    def themes(self) -> Sequence[str]: ...

    @property
    def theme(self) -> Any: ...

    def set_theme(self, theme: str) -> None: ...


class State(Enum):
    """What a player is doing."""

    IDLE = "idle"
    """It takes a frame."""
    BUSY = "busy"
    """A frame is under way, and its picture is waited for."""
    LATE = "late"
    """A frame is under way that missed its deadline. Frames are shown plain until it comes back."""
    RESTING = "resting"
    """The circuit breaker is open after too many faults. Frames are shown plain until it closes."""


@dataclass(frozen=True, eq=False)
class Restyled:
    """What to show for a frame: the picture, uint8 [H,W,4], or None for the plain one.

    `ms` is the time that the post-renderer took; None if it is still at it.
    """

    frame: Frame
    picture: Picture | None
    ms: float | None


class Player:
    """Plays a post-renderer, or nothing but plain frames where `post` is None.

        player = Player(restyler)
        picture = player.restyle(frame)            # now, on this thread

        if not player.submit(frame):               # on the player's thread
            show(plain_picture(frame))
        restyled = player.collect(wait_s=0.01)     # None, or what to show

    At most one frame is under way: nothing queues up, and motion is always since the frame that the
    post-renderer saw last.
    """

    def __init__(
        self,
        post: PostRenderer | None,
        restyling: bool = True,
        deadline_ms: float = DEADLINE_MS,
        clock_ns: Callable[[], int] = time.perf_counter_ns,
    ) -> None:
        self.breaker = CircuitBreaker(post)
        self.restyling = restyling and post is not None
        """Whether frames are restyled; switched off and on by the user."""
        self.themes = player_themes(post)
        self.theme = player_theme(post)
        """The theme's name as it was asked for last."""
        self._switch_to: str | None = None  # a theme that the post-renderer has not been told yet
        self._deadline_ms = deadline_ms
        self._clock_ns = clock_ns
        # Known to the caller's thread only:
        self._frame: Frame | None = None  # under way: submitted, and not yet collected
        self._submitted_ns = 0
        self._missed = 0  # deadlines that it has missed
        self._loading = True  # it is the first of its theme
        # Shared with the player's thread, under the condition:
        self._change = threading.Condition()
        self._job: tuple[Frame, str | None] | None = None
        self._result: Restyled | None = None
        self._closing = False
        self._thread: threading.Thread | None = None

    @property
    def post(self) -> PostRenderer | None:
        return self.breaker.post

    @property
    def caption(self) -> str:
        """What the HUD calls the look of the next frame: the theme's name, or `plain`."""
        return self.theme if self.restyling else PLAIN

    @property
    def state(self) -> State:
        if self._frame is not None and not self._missed:
            return State.BUSY
        if self.breaker.open:
            return State.RESTING
        return State.IDLE if self._frame is None else State.LATE

    # On the caller's thread

    def restyle(self, frame: Frame) -> Picture:
        """The picture of a frame, now; the plain one after a fault, or while resting."""
        return self.breaker(frame)

    def switch_theme(self, theme: str) -> None:
        """Switch now. A theme that cannot be loaded is a fault, and the old one stays."""
        if theme != self.theme:
            self.theme = theme
            self._switch(theme)

    # On the player's thread

    def set_theme(self, theme: str) -> None:
        """The next frame that is submitted has this theme, and restyling is on."""
        self.theme = self._switch_to = theme
        self.restyling = True

    def submit(self, frame: Frame) -> bool:
        """Hand over a frame; False if it is to be shown plain, because restyling is off, late or resting."""
        self._notice_fork()
        # The breaker comes before the frame under way: it counts frames, and closes even if the thread hangs.
        if not self.restyling or self.breaker.skips() or self._frame is not None:
            self.breaker.cut()
            return False
        theme, self._switch_to = self._switch_to, None
        self._loading = self._loading or theme is not None
        self._frame, self._missed, self._submitted_ns = frame, 0, self._clock_ns()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="restyle", daemon=True)
            self._thread.start()
        with self._change:
            self._job = frame, theme
            self._change.notify_all()
        return True

    def collect(self, wait_s: float = 0.0) -> Restyled | None:
        """What there is to show within `wait_s` seconds for the frame under way; None if nothing.

        Sleeps so long if no frame is under way. A frame is shown once: plain if it misses its deadline.
        """
        self._notice_fork()
        if self._frame is None:
            time.sleep(wait_s)
            return None
        with self._change:
            self._change.wait_for(lambda: self._result is not None, wait_s)
            result, self._result = self._result, None
            age_ms = (self._clock_ns() - self._submitted_ns) / 1e6
        if result is not None:
            return self._receive(result)
        return self._miss(self._frame, age_ms) if age_ms > self._deadline_ms * (self._missed + 1) else None

    def close(self, wait_s: float = 0.5) -> bool:
        """Stop; False if the post-renderer hangs and its thread had to be left behind."""
        self._notice_fork()
        with self._change:
            self._closing = True
            self._change.notify_all()
        if self._thread is None:
            return True
        self._thread.join(wait_s)
        return not self._thread.is_alive()

    def _notice_fork(self) -> None:
        """Begin with a new thread in the child of a fork, where the parent's is not."""
        if self._thread is not None and not self._thread.is_alive() and not self._closing:
            self._change, self._thread = threading.Condition(), None
            self._job = self._result = self._frame = None
            self._loading = True
            self.breaker.forget_threads()
            self.breaker.cut()

    def _receive(self, result: Restyled) -> Restyled | None:
        """The frame under way came back: to be shown, unless its plain picture was."""
        self._loading, self._frame = False, None
        if self._missed:
            self.breaker.cut()
            return None
        if result.picture is not None:
            self.breaker.success()
        return result if self.restyling else Restyled(result.frame, None, result.ms)

    def _miss(self, frame: Frame, age_ms: float) -> Restyled | None:
        """The frame under way has missed a deadline: a fault, unless it is loading, and shown plain."""
        self._missed += 1
        if not self._loading or age_ms > LOADING_MS:
            self.breaker.fault(f"no picture within {self._deadline_ms:g} ms")
        return Restyled(frame, None, None) if self._missed == 1 else None

    def _run(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._closing or self._job is not None)
                if self._closing or self._job is None:
                    return
                frame, theme = self._job
                self._job = None
            start = self._clock_ns()
            picture = self._attempt(frame, theme)
            with self._change:
                self._result = Restyled(frame, picture, (self._clock_ns() - start) / 1e6)
                self._change.notify_all()

    def _attempt(self, frame: Frame, theme: str | None) -> Picture | None:
        """A picture that nobody else writes to; None if that failed, which is counted as a fault."""
        if theme is not None and not self._switch(theme):
            return None
        picture = self.breaker.attempt(frame)
        # 30 µs; the post-renderer may reuse its buffer while this is shown
        return None if picture is None else np.array(picture)

    def _switch(self, theme: str) -> bool:
        """Tell the post-renderer its theme, on the thread that calls it; False if that failed."""
        try:
            if isinstance(self.post, Themed):
                self.post.set_theme(theme)
        except BaseException as error:  # a theme that cannot be loaded is a fault like any other
            if user_interrupts(error):
                raise
            self.breaker.fault(error_line(error))
            return False
        return True

    # Edits of the theme

    @property
    def trouble(self) -> str:
        """What is wrong with an edit of the theme, in lines for the screen; empty while nothing is."""
        try:
            return str(getattr(self.post, "trouble", ""))
        except BaseException as error:
            if user_interrupts(error):
                raise
            return error_line(error)

    @property
    def advice(self) -> str:
        """What the post-renderer would tell the player, in one sentence; mostly empty."""
        return str(getattr(self.post, "advice", ""))

    def watch(self, on: bool = True) -> None:
        """Let the post-renderer take up edits of its theme from now on, or no longer, if it can."""
        try:
            watch = getattr(self.post, "watch", None)
            if callable(watch):
                watch(on)
        except BaseException as error:
            if user_interrupts(error):
                raise
            self.breaker.fault(error_line(error))


def player_themes(post: object) -> list[str]:
    """Names that a post-renderer can switch to; empty when it has no themes."""
    return [str(name) for name in post.themes] if isinstance(post, Themed) else []


def player_theme(post: object) -> str:
    """The name of the post-renderer's theme, or `plain` without a post-renderer."""
    if post is None:
        return PLAIN
    theme = getattr(post, "theme", None)
    return str(getattr(theme, "name", theme or "restyled"))
