"""The body of a network in whole numbers, and what makes its result the same on every processor.

Activations are levels, 0..255. A layer multiplies them by whole weights. A step for each output channel turns
the sum into levels of the next activation:

    level = round(clip(step * sum(weight * level) + bias + skip * level_before_the_block, 0, 255))

Processors differ in the order in which they add the products, and in whether they round once or twice in a
multiplication with an addition. A body is *exact* if neither can change a result:

- No weight is beyond ±`WEIGHT_LIMIT`. Processors without VNNI add two products in 16 bits, with a limit of
  32,767 (the instruction `vpmaddubsw`); 2 * 255 * 64 = 32,640 fits. So a weight has 7 bits.
- Every step and every skip is a power of two, and every bias a multiple of its step. So everything that is
  added is a multiple of the smallest step.
- No sum reaches 2**24 of these steps. A float32 holds all such numbers, so nothing is ever rounded, in
  whatever order it is added.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.block import WEIGHT_LIMIT
from reskin.kernels.block.steps import is_power_of_two, power_of_two_above, weight_steps
from reskin.neural_renderer.architecture import BODY_LAYERS, SKIPPED, Tensors

_COUNT: Final = len(BODY_LAYERS)


class Layer(NamedTuple):
    """One convolution, in levels.

    weight int8 [O,I,k,k]; step float32 [O], levels a unit of the sum; bias float32 [O], levels; skip: levels
    of the result for a level of the activation that is added to it, 0 where none is.
    """

    weight: NDArray[np.int8]
    step: NDArray[np.float32]
    bias: NDArray[np.float32]
    skip: float

    @property
    def exact(self) -> bool:
        """Whether every processor gets the same result; see the module's docstring."""
        steps = self.step if self.skip == 0 else np.append(self.step, np.float32(self.skip))
        sizes = np.abs(self.weight.astype(int))
        if sizes.max() > WEIGHT_LIMIT or not is_power_of_two(steps).all():
            return False
        step = self.step.astype(np.float64)
        least = np.minimum(step, self.skip) if self.skip else step
        products = 255 * sizes.sum((1, 2, 3))
        most = products * step + np.abs(self.bias) + 255 * self.skip
        return bool((np.mod(self.bias, step) == 0).all() and (most < 2**24 * least).all())


def body_layers(tensors: Tensors) -> list[Layer]:
    """The body of a pack's tensors, as `neural_renderer.architecture.TENSORS` names them."""
    ranges = [1.0, *map(float, tensors["highs"])]  # the body's input has the range 0..1
    found = []
    for i, names in enumerate(BODY_LAYERS):
        step, bias = (tensors[name].reshape(-1).astype(np.float64) for name in (names.step, names.bias))
        skip = ranges[i - 1] / ranges[i + 1] if i in SKIPPED[1:] else 0.0
        found.append(
            Layer(
                tensors[names.weight],
                (step * ranges[i] / ranges[i + 1]).astype(np.float32),
                (bias * 255 / ranges[i + 1]).astype(np.float32),
                skip,
            )
        )
    return found


def is_exact(tensors: Tensors) -> bool:
    """Whether the body of a pack's tensors gives the same result on every machine."""
    return all(layer.exact for layer in body_layers(tensors))


class Ranges(NamedTuple):
    """Exact ranges of the body's activations.

    upper float32 [N]: the upper end of each range, 255 * 2**n; factors float64 [N]: the factor on each
    activation that made it so.
    """

    upper: NDArray[np.float32]
    factors: NDArray[np.float64]


def exact_ranges(ranges: NDArray[np.floating]) -> Ranges:
    """Ranges whose ratios are powers of two, near those that were found.

    ranges [N]: the upper ends of the ranges that were found. An activation may be multiplied by any positive
    factor if the next layer divides by it, because a relu keeps positive factors. The activations that blocks
    add to must share one factor, for which their ranges may have to grow; the choice with the least growth,
    in squares, is taken. Exact ranges stay as they are.
    """
    wanted = ranges[:_COUNT].astype(np.float64) / 255
    made = 2.0 ** np.round(np.log2(wanted))
    factors = made / wanted
    chain, choices = list(SKIPPED), []
    for number in chain:  # with the best factor, one of the ranges need not grow
        factor = power_of_two_above(wanted[number]) / wanted[number]
        grown = power_of_two_above(wanted[chain] * factor * (1 - 1e-9))
        choices.append((float(((grown / (wanted[chain] * factor)) ** 2).sum()), factor, grown))
    _, factors[chain], made[chain] = min(choices, key=lambda choice: choice[0])
    return Ranges((255 * made).astype(np.float32), factors)


def exact_tensors(tensors: Tensors) -> Tensors:
    """The tensors of a pack, with the body made exact. An exact body stays as it is.

    The weights are rounded again, to 65 to 129 levels a channel instead of 255.
    """
    if is_exact(tensors):
        return tensors
    upper, factors = exact_ranges(tensors["highs"])
    made = {**tensors, "highs": np.concatenate((upper, tensors["highs"][_COUNT:]))}
    before = np.concatenate(([1.0], factors))
    for i, names in enumerate(BODY_LAYERS):
        weight, step, bias = (tensors[name].astype(np.float64) for name in names)
        values = weight * step * (before[i + 1] / before[i])
        made.update(zip(names, exact_layer(values, bias * factors[i], i, upper), strict=True))
    return made


def exact_layer(
    values: NDArray[np.floating], bias: NDArray[np.floating], number: int, ranges: NDArray[np.floating]
) -> tuple[NDArray[np.int8], NDArray[np.float32], NDArray[np.float32]]:
    """One layer of an exact body: weight int8 [O,I,k,k], step float32 [O,1,1,1] and bias float32 [O].

    values [O,I,k,k] and bias [O]: of layer `number`; ranges: the upper ends of exact ranges, as
    `exact_ranges` makes them.
    """
    source = 1.0 if number == 0 else float(ranges[number - 1])
    unit = source / 255  # what a level of the input is worth
    scale = (
        255.0 if number == 0 else 1.0
    )  # the step from levels to levels is a power of two, not that of 0..1
    step = weight_steps(values / scale) * scale
    weight = np.rint(values / step).astype(np.int8)
    least = step.reshape(-1) * unit  # what the bias is a multiple of
    whole = np.rint(bias / least) * least
    return weight, step.astype(np.float32), whole.astype(np.float32)
