"""How good a theme is, in numbers.

`measure_on_worlds` compares a theme with its painter on worlds that no training saw. `measure_temporal`
reports its flicker and its recovery from a bad history, and `write_page` writes that report as a page.
`measure_legibility` reports how well coins, enemies and the like stand out. `drift.drift` looks for slow
changes over thousands of frames. Pictures are float [H,W,3] RGB 0..1. Needs the extra `learn`, like
painters.
"""

from reskin.neural_renderer.measure.flip import flip, flip_map
from reskin.neural_renderer.measure.image_metrics import perceptual_metric, psnr, ssim
from reskin.neural_renderer.measure.legibility import Legibility, measure_legibility
from reskin.neural_renderer.measure.page import write_page
from reskin.neural_renderer.measure.temporal_metrics import tpsnr, warp_error
from reskin.neural_renderer.measure.temporal_report import TemporalReport, measure_temporal
from reskin.neural_renderer.measure.worlds import Measured, measure_on_worlds

__all__ = [
    "Measured", "measure_on_worlds", "TemporalReport", "measure_temporal", "Legibility", "measure_legibility",
    "write_page", "psnr", "ssim", "flip", "flip_map", "perceptual_metric", "warp_error", "tpsnr",
]  # fmt: skip
