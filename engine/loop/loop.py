"""The loop: takes a game and any post-renderer, and plays them in a window or without one.

    from reskin.engine.loop.loop import RunOptions, run

    report = run(Miner(seed=7), Restyler("winter"), RunOptions(frames=600, headless=True, bot=True))

It owns pacing, input and output. It knows no restyler: a post-renderer is a callable from `Frame` to a
picture, which may have the attributes of `engine.loop.theming`. The circuit breaker keeps it from harming
the game. Read next: `engine.loop.headless`, then `engine.loop.windowed_loop`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from reskin.engine.errors import LoopError
from reskin.engine.frame import PostRenderer
from reskin.engine.loop.headless import play_headless
from reskin.engine.loop.report import RunReport
from reskin.engine.loop.session import RunOptions, Session
from reskin.engine.simulation.game import Game

__all__ = ["RunOptions", "RunReport", "run", "window_missing"]

UNSEEN_FRAMES: Final = 600
"""How long a run without a window goes on when nobody said."""


def run(game: Game, post: PostRenderer | None = None, options: RunOptions | None = None) -> RunReport:
    """Play a game until it is quit, `options.frames` are done or Ctrl-C; gives the figures.

    Without a display it plays headless and says so, by the bot, since nobody else can. Raises
    LoopError where `headless=False` and no window can open, and for a recording that cannot be made.
    """
    options = RunOptions() if options is None else options
    if options.headless:
        return play_headless(Session(game, post, options))
    missing = window_missing() if options.headless is None else ""
    if missing:
        return _play_unseen(game, post, options, missing)
    return _play_in_window(game, post, options)


def window_missing() -> str:
    """Why no window can be opened here, in words; empty if one can be tried."""
    from reskin.engine.loop.window import display_missing

    return display_missing()


def _play_unseen(game: Game, post: PostRenderer | None, options: RunOptions, why: str) -> RunReport:
    """Headless although nobody asked for it."""
    options.say(f"Playing headless, by the bot: {why}.")
    frames = options.frames or UNSEEN_FRAMES
    return play_headless(Session(game, post, replace(options, headless=True, bot=True, frames=frames)))


def _play_in_window(game: Game, post: PostRenderer | None, options: RunOptions) -> RunReport:
    from reskin.engine.loop.window import Window
    from reskin.engine.loop.windowed_loop import WindowedLoop

    try:
        window = Window(f"Reskin: {game.title}", *options.size)
    except LoopError as error:
        if options.headless is False:
            raise
        return _play_unseen(game, post, options, str(error))
    try:
        return WindowedLoop(Session(game, post, options), window).play()
    finally:
        window.close()
