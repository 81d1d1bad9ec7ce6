"""Brings the last picture to this frame: moved along the motion, and dropped where something hid it."""

from typing import Final

import numpy as np

UNSEEN: Final = np.uint32(0xFFFFFFFF)
"""A surface id that no pixel has: identities end at bit 23."""
