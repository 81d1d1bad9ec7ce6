"""A circuit breaker between the loop and a post-renderer: a fault of the post-renderer never stops the game.

A post-renderer may raise, return something that is no picture, or be late. The plain frame with its HUD is
shown instead, and the fault is counted with its reason. After `THRESHOLD` faults in a row the breaker opens:
the post-renderer is left out for `OPEN_FRAMES` frames and then tried again. The first frame after any of
this is a cut, because the post-renderer has not seen the frames before. Read next: `engine.loop.player`.
"""

from __future__ import annotations

import threading
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.errors import error_line, short_line
from reskin.engine.frame import Frame, PostRenderer, plain_picture

THRESHOLD: Final = 5
"""Faults in a row that open the breaker."""
OPEN_FRAMES: Final = 60
"""Frames for which it stays open."""
REASONS_KEPT: Final = 16


class CircuitBreaker:
    """Wraps any `PostRenderer`; calling it never raises and always gives a picture that can be shown.

        breaker = CircuitBreaker(restyler)
        picture = breaker(frame)          # uint8 [H,W,4] in the frame's layout, the HUD over it
        breaker.faults, breaker.last_reason

    Without a post-renderer every frame is plain. Safe to use from two threads: the player's thread calls
    `attempt`, the loop's says whether the picture came in time.
    """

    def __init__(
        self, post: PostRenderer | None, threshold: int = THRESHOLD, open_frames: int = OPEN_FRAMES
    ) -> None:
        self.post = post
        self.faults = 0
        self.reasons: dict[str, int] = {}
        self.last_reason = ""
        self.frames_left = 0
        """Frames for which it stays open; 0 when it is closed."""
        self._threshold = threshold
        self._open_frames = open_frames
        self._in_a_row = 0
        self._cut_next = False
        self._lock = threading.Lock()

    def __call__(self, frame: Frame) -> NDArray[np.uint8]:
        """The restyled picture, or the plain one after a fault or while the breaker is open."""
        picture = None if self.skips() else self.attempt(frame)
        if picture is None:
            return plain_picture(frame)
        self.success()
        return picture

    @property
    def open(self) -> bool:
        """Whether the post-renderer is left out for now."""
        return self.frames_left > 0

    def skips(self) -> bool:
        """Whether the post-renderer is left out of this frame. Call it once a frame: it counts them."""
        if self.post is None:
            return True
        with self._lock:
            if self.frames_left:
                self.frames_left -= 1
                self._cut_next = True
                return True
        return False

    def attempt(self, frame: Frame) -> NDArray[np.uint8] | None:
        """The restyled picture, or None if that failed, which is counted as a fault."""
        assert self.post is not None
        with self._lock:
            cut, self._cut_next = self._cut_next, False
        try:
            picture = self.post(frame.replace(cut=True) if cut and not frame.cut else frame)
            reason = fault_message(picture, frame, self.post)
        except BaseException as error:  # whatever a post-renderer throws costs its picture, not the game
            if user_interrupts(error):
                raise
            reason = error_line(error)
        if reason:
            self.fault(reason)
            return None
        return picture

    def success(self) -> None:
        """A picture came in time: faults before it are no longer in a row."""
        with self._lock:
            self._in_a_row = 0

    def fault(self, reason: str) -> None:
        """Count a fault, such as a late picture. The reason is kept as one line of at most 200 letters."""
        reason = short_line(reason)
        with self._lock:
            self.faults += 1
            self.last_reason = reason
            if reason in self.reasons or len(self.reasons) < REASONS_KEPT:
                self.reasons[reason] = self.reasons.get(reason, 0) + 1
            self._cut_next = True
            self._in_a_row += 1
            if self._in_a_row >= self._threshold:
                self._in_a_row, self.frames_left = 0, self._open_frames

    def forget_threads(self) -> None:
        """For the child of a fork, where a thread of the parent may have held the lock."""
        self._lock = threading.Lock()

    def cut(self) -> None:
        """The post-renderer does not see a frame: the next one that it sees is a cut."""
        with self._lock:
            self._cut_next = True

    @property
    def status(self) -> str:
        """One line for the screen; empty while nothing has failed."""
        if not self.faults:
            return ""
        count = f"{self.faults} fault{'s' * (self.faults != 1)}"
        rests = f", rests for {self.frames_left} frames" if self.open else ""
        return f"restyling: {count}{rests}; last: {self.last_reason}"


def user_interrupts(error: BaseException) -> bool:
    """Whether an exception is the user's Ctrl-C, which only the main thread gets."""
    return isinstance(error, KeyboardInterrupt) and threading.current_thread() is threading.main_thread()


def fault_message(picture: Any, frame: Frame, post: object = None) -> str:
    """What is wrong with a post-renderer's picture; empty if it can be shown.

    A post-renderer that computes in floats may say by an attribute `finite = False` that its result was not
    finite, which the conversion to uint8 would hide.
    """
    expected = f"uint8 [{frame.height}, {frame.width}, 4]"
    if not isinstance(picture, np.ndarray):
        return f"the picture must be {expected}, got {type(picture).__name__}"
    if picture.dtype.kind == "f" and not np.isfinite(picture).all():
        return "the picture is not finite: it holds a NaN or an infinity"
    if picture.shape != frame.color.shape or picture.dtype != np.uint8:
        return f"the picture must be {expected}, got {picture.dtype} {list(picture.shape)}"
    if not getattr(post, "finite", True):
        return "the post-renderer says that its picture is not finite"
    return ""
