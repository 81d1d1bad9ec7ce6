"""The loop: runs a game with any post-renderer, in a window or without one.

    from reskin.engine.loop.loop import RunOptions, run

    report = run(Miner(seed=7), Restyler("winter"), RunOptions(frames=600, headless=True, bot=True))

It knows no restyler: a post-renderer is a callable from `Frame` to a picture, which may have the attributes
of `engine.loop.player.Themed`. Without a window there is exactly one tick a frame, as fast as possible, and
nothing depends on time, so that a run can be repeated.
Read next: `engine.loop.session`, then `engine.loop.windowed_loop`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from time import perf_counter_ns
from typing import Final

from reskin.engine.capture.pictures import wipe
from reskin.engine.draw.renderers import software_instead
from reskin.engine.errors import LoopError, OpenGLMissing
from reskin.engine.frame import PostRenderer, plain_picture
from reskin.engine.loop.report import RunReport
from reskin.engine.loop.session import RunOptions, Session, unfailing
from reskin.engine.loop.window import Window, display_missing
from reskin.engine.loop.windowed_loop import WindowedLoop
from reskin.engine.simulation.game import Game, Inputs

__all__ = ["RunOptions", "RunReport", "run"]

HEADLESS_FRAMES: Final = 600
"""Length of a run without a window that nobody asked for."""
NO_INPUTS: Final = Inputs()


def run(game: Game, post: PostRenderer | None = None, options: RunOptions | None = None) -> RunReport:
    """Run a game until it is quit, `options.frames` are done or Ctrl-C, and give the figures.

    Where no window can be opened and `options.headless` is None, the bot plays `HEADLESS_FRAMES` frames
    headless, which is said. Raises LoopError where `headless=False` and no window can be opened, and for a
    recording that cannot be made.
    """
    options = RunOptions() if options is None else options
    if options.headless:
        return _run_headless(game, post, options)
    missing = display_missing() if options.headless is None else ""
    if not missing:
        try:
            window, options = _open_window(f"Reskin: {game.title}", options)
        except LoopError as error:
            if options.headless is False:
                raise
            missing = str(error)
    if missing:
        unfailing(options.say)(f"Playing headless, by the bot: {missing}.")
        frames = options.frames or HEADLESS_FRAMES
        return _run_headless(game, post, replace(options, headless=True, bot=True, frames=frames))
    try:
        return WindowedLoop(Session(game, post, options, window.context), window).run()
    finally:
        window.close()


def _open_window(title: str, options: RunOptions) -> tuple[Window, RunOptions]:
    """A window for the renderer, and the options; without OpenGL they are changed to software."""
    if options.renderer == "opengl":
        try:
            from reskin.engine.loop.opengl_window import OpenGLWindow

            return OpenGLWindow(title, *options.size), options
        except OpenGLMissing as error:
            unfailing(options.say)(software_instead(error))
            options = replace(options, renderer="software")
    return Window(title, *options.size), options


def _run_headless(game: Game, post: PostRenderer | None, options: RunOptions) -> RunReport:
    session = Session(game, post, options)
    return session.run(partial(_headless_turn, session), headless=True)


def _headless_turn(session: Session) -> None:
    """One tick, and its frame."""
    meter, player = session.meter, session.player
    showcase = session.options.showcase if player.restyling else None
    if showcase is not None:
        player.switch_theme(showcase.theme(session.frames))
    start = perf_counter_ns()
    with meter("tick"):
        session.tick(NO_INPUTS)
        session.hashes.append(session.game.simulation.state_hash())
    frame = session.draw(alpha=1.0)
    if player.restyling:
        with meter("restyle"):
            picture = player.restyle(frame)
    else:
        picture = plain_picture(frame)
    meter.add("frame", (perf_counter_ns() - start) / 1e6)
    wiped = None
    if showcase is not None:
        wiped = wipe(plain_picture(frame), picture, showcase.edge(session.frames, frame.width))
    session.shown(frame, picture, wiped)
