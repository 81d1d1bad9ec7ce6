"""The little that the loop knows of themes: a post-renderer may list some and take another.

`engine` imports no restyler. Whatever has `themes`, `theme` and `set_theme` can be switched from
the keyboard; `runtime`, `device` and `trouble` are shown where they exist, and `watch` is called.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

PLAIN = "plain"
"""What the HUD and the report call the picture without any restyling."""


@runtime_checkable
class Themed(Protocol):
    """A post-renderer with themes. `set_theme` switches to one by name, from the next frame on."""

    @property
    def themes(self) -> Sequence[str]: ...

    @property
    def theme(self) -> Any: ...

    def set_theme(self, theme: str) -> None: ...


def themes_of(post: object) -> list[str]:
    """Names that a post-renderer can switch to; empty when it has no themes."""
    return [str(name) for name in post.themes] if isinstance(post, Themed) else []


def theme_of(post: object) -> str:
    """The name of the post-renderer's theme, or `plain` without a post-renderer."""
    if post is None:
        return PLAIN
    theme = getattr(post, "theme", None)
    return str(getattr(theme, "name", theme or "restyled"))


def trouble_of(post: object) -> str:
    """What is wrong with an edit of the theme, in lines for the screen; empty while nothing is."""
    return str(getattr(post, "trouble", ""))


def watch_theme(post: object, on: bool = True) -> None:
    """Let the post-renderer take up edits of its theme from now on, or no longer, if it can."""
    watch = getattr(post, "watch", None)
    if callable(watch):
        watch(on)


def neighbour(names: Sequence[str], current: str, step: int) -> str:
    """The name `step` places on from the current one, round and round."""
    at = names.index(current) if current in names else (-1 if step > 0 else 0)
    return names[(at + step) % len(names)]
