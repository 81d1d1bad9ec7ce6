"""The residual block of the body, and the int8 arithmetic that it is trained for."""

from typing import Final

WEIGHT_LIMIT: Final = 64
"""The largest weight, in steps: two products with levels of up to 255 fit 16 bits, 2 * 255 * 64 = 32,640."""
