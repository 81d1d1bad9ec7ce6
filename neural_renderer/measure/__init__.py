"""How good a theme is, in numbers: likeness to its painter, steadiness, speed.

`measure` compares a student with its painter on worlds that no training saw; `steadiness` follows
it through consecutive frames, and `write_page` shows what that found; `legibility` tells whether what a
player must see stands out. Pictures are float [H,W,3] RGB
0..1. Needs the extra `learn`, because painters do.
"""

from reskin.neural_renderer.measure.flip import flip, flip_map
from reskin.neural_renderer.measure.image_metrics import psnr, ssim
from reskin.neural_renderer.measure.legibility import Legibility, legibility
from reskin.neural_renderer.measure.page import write_page
from reskin.neural_renderer.measure.perceptual import perceptual
from reskin.neural_renderer.measure.temporal_metrics import tpsnr, warp_error
from reskin.neural_renderer.measure.temporal_report import Steadiness, steadiness
from reskin.neural_renderer.measure.worlds import Measured, measure

__all__ = [
    "Measured", "measure", "Steadiness", "steadiness", "Legibility", "legibility", "write_page",
    "psnr", "ssim", "flip", "flip_map", "perceptual", "warp_error", "tpsnr",
]  # fmt: skip
