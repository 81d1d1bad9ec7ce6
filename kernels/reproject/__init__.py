"""Brings the last picture to this frame: carried along by the motion, dropped where it was hidden."""

from typing import Final

import numpy as np

UNSEEN: Final = np.uint32(0xFFFFFFFF)
"""A key that no pixel has: identities end at bit 23."""
