"""The loop without a window: exactly one tick a frame, one after the other, as fast as it goes.

Nothing here depends on time, so that a run can be repeated. Read next: `engine.loop.windowed_loop`, the loop
with a window.
"""

from __future__ import annotations

from time import perf_counter_ns

from reskin.engine.capture.pictures import wipe
from reskin.engine.frame import plain_picture
from reskin.engine.loop.interrupts import stoppable
from reskin.engine.loop.report import RunReport
from reskin.engine.loop.session import Session
from reskin.engine.simulation.game import Inputs

NOBODY = Inputs()


def play_headless(session: Session) -> RunReport:
    """Run until `options.frames` are done or Ctrl-C; the recording is finished in both cases."""
    if session.options.watch:
        session.watch()
    with stoppable() as stop:
        try:
            while not session.done and not stop.requested:
                _one_frame(session)
        except KeyboardInterrupt:
            stop.requested = True
        finally:
            session.finish()
    return session.report(headless=True, interrupted=stop.requested)


def _one_frame(session: Session) -> None:
    meter, showcase = session.meter, session.options.showcase
    if showcase is not None and session.restyle:
        _direct(session, showcase.theme(session.frames))
    start = perf_counter_ns()
    with meter("tick"):
        session.tick(NOBODY)
        session.hashes.append(session.game.simulation.state_hash())
    frame = session.draw(alpha=1.0)
    if session.restyle:
        with meter("restyle"):
            picture = session.breaker(frame)
    else:
        picture = plain_picture(frame)
    meter.add("frame", (perf_counter_ns() - start) / 1e6)
    wiped = None
    if showcase is not None and session.restyle:
        wiped = wipe(plain_picture(frame), picture, showcase.edge(session.frames, frame.width))
    session.shown(frame, picture, wiped)


def _direct(session: Session, theme: str) -> None:
    """Switch to the theme that the showcase asks for; one that fails is a fault like any other."""
    if theme == session.theme:
        return
    session.theme = theme
    try:
        session.switch(theme)
    except Exception as error:  # the run goes on in the theme before
        session.breaker.fault(f"{type(error).__name__}: {error}")
