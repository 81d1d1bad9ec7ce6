"""Stands between the game and the queue of events: takes our keys out, and uses the time of waiting.

A game that waits for an event without a time limit is blocked in C code; a picture that comes late would not
be shown before the next event. So the wait is cut into short ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pygame

from ..originals import post
from ..real_time import monotonic

if TYPE_CHECKING:
    from ..patching import Patches, Switch
    from .hotkeys import Hotkeys

SLICE_MS = 10
_KEY_EVENTS = (pygame.KEYDOWN, pygame.KEYUP, pygame.TEXTINPUT)
_get = pygame.event.get


class EventHooks:
    """Hides what `hotkeys` takes, and calls `idle` while the game waits and at each look.

    `looked` is called before each look at the queue. `pretend_waiting`, for runs on a virtual clock, is
    called with the milliseconds instead of waiting, and says whether the time is over.
    """

    def __init__(
        self,
        hotkeys: Hotkeys,
        idle: Callable[[], None],
        looked: Callable[[], None] | None = None,
        pretend_waiting: Callable[[int], bool] | None = None,
    ) -> None:
        self._hotkeys = hotkeys
        self._idle = idle
        self._looked = looked
        self._pretend = pretend_waiting

    def install(self, patches: Patches) -> None:
        poll = pygame.event.poll
        patches.function(pygame.event, "get", self._make_get)
        patches.function(pygame.event, "poll", self._make_poll)
        patches.function(pygame.event, "wait", lambda wait, switch: self._make_wait(wait, poll, switch))
        patches.function(pygame.event, "peek", self._make_peek)
        if self._looked is not None:
            patches.function(pygame.event, "pump", self._make_pump)

    def _hides(self, event: Any, switch: Switch) -> bool:
        if event.type not in _KEY_EVENTS or not switch.on:
            return False
        try:
            return self._hotkeys.hides(event)
        except Exception as error:
            switch.fail(error)
            return False

    def _call(self, ours: Callable[[], None] | None, switch: Switch) -> None:
        """Call something of ours, which must not fail in the game."""
        if ours is not None and switch.on:
            try:
                ours()
            except Exception as error:
                switch.fail(error)

    def _make_get(self, original: Callable[..., Any], switch: Switch) -> Callable[..., Any]:
        def get(*args: Any, **kwargs: Any) -> Any:
            self._call(self._looked, switch)
            events = original(*args, **kwargs)
            for event in events:
                if event.type in _KEY_EVENTS:
                    events = [event for event in events if not self._hides(event, switch)]
                    break
            self._call(self._idle, switch)
            return events

        return get

    def _make_poll(self, original: Callable[..., Any], switch: Switch) -> Callable[..., Any]:
        def poll(*args: Any, **kwargs: Any) -> Any:
            self._call(self._looked, switch)
            while True:
                event = original(*args, **kwargs)
                if not self._hides(event, switch):
                    self._call(self._idle, switch)
                    return event

        return poll

    def _make_pump(self, original: Callable[..., Any], switch: Switch) -> Callable[..., Any]:
        def pump(*args: Any, **kwargs: Any) -> Any:
            self._call(self._looked, switch)
            return original(*args, **kwargs)

        return pump

    def _make_wait(
        self, original: Callable[..., Any], poll: Callable[[], Any], switch: Switch
    ) -> Callable[..., Any]:
        def wait(*args: Any, **kwargs: Any) -> Any:
            limit = _limit_of(args, kwargs)
            if limit is None or not switch.on:
                return original(*args, **kwargs)
            start = monotonic()
            while True:
                if self._pretend is not None:
                    event = poll()
                    over = event.type == pygame.NOEVENT and self._pretend(limit)
                else:
                    left = limit - (monotonic() - start) * 1000 if limit else SLICE_MS
                    event = original(max(min(int(left), SLICE_MS), 1))
                    over = bool(limit) and (monotonic() - start) * 1000 >= limit
                if event.type == pygame.NOEVENT:
                    self._call(self._idle, switch)
                    if over:
                        return event
                elif not self._hides(event, switch):
                    return event

        return wait

    def _make_peek(self, original: Callable[..., Any], switch: Switch) -> Callable[..., Any]:
        def take_ours_out() -> None:
            if self._hotkeys.in_use() and original(_KEY_EVENTS):
                for event in _get(_KEY_EVENTS):
                    if not self._hides(event, switch):
                        post(event)

        def peek(*args: Any, **kwargs: Any) -> Any:
            self._call(self._looked, switch)
            self._call(take_ours_out, switch)
            return original(*args, **kwargs)

        return peek


def _limit_of(args: tuple[Any, ...], kwargs: dict[str, Any]) -> int | None:
    """The limit in ms that `wait` was given, 0 for none; None for what only pygame can judge."""
    if not args and not kwargs:
        return 0
    given = args[0] if len(args) == 1 and not kwargs else kwargs.get("timeout") if len(kwargs) == 1 else None
    return given if type(given) is int and given >= 0 else None
