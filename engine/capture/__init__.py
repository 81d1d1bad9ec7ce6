"""Pictures and videos of a game: screenshots, recordings, sheets, and the showcase.

Read in this order: `pictures`, `picture_file`, `record`, `video`.
"""

from reskin.engine.capture.pictures import Picture, Showcase, save_png, sheet, wipe
from reskin.engine.capture.record import Recording, open_recording

__all__ = ["Picture", "Recording", "Showcase", "open_recording", "save_png", "sheet", "wipe"]
