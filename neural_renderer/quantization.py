"""The body of a network in whole numbers, and what makes its result the same on every machine.

Activations are levels, 0..255. A layer multiplies them by whole weights, and a step for each output channel
turns the sum into levels of the next activation:

    level = round(clip(step * sum(weight * level) + bias + skip * level_before_the_block, 0, 255))

Processors differ in how they add the products, and in whether a multiplication and an addition are rounded
once or twice. A body is *exact* if neither can change a result:

- No weight is beyond ±`MOST`. Processors without VNNI add two products in 16 bits, which saturate at 32,767
  (the instruction `vpmaddubsw`); 2 * 255 * 64 = 32,640 fits. That leaves a weight 7 bits.
- Every step and every skip is a power of two, and every bias a multiple of its step, so that all that is
  added up is a multiple of the smallest step.
- No sum can reach 2**24 of these. A float32 holds every such number, so that nothing is ever rounded, in
  whatever order it is added up.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.block import MOST
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
        """Whether every machine gets the same result; see the module."""
        steps = self.step if self.skip == 0 else np.append(self.step, np.float32(self.skip))
        sizes = np.abs(self.weight.astype(int))
        if sizes.max() > MOST or not _powers_of_two(steps):
            return False
        step = self.step.astype(np.float64)
        least = np.minimum(step, self.skip) if self.skip else step
        products = 255 * sizes.sum((1, 2, 3))
        most = products * step + np.abs(self.bias) + 255 * self.skip
        return bool((np.mod(self.bias, step) == 0).all() and (most < 2**24 * least).all())


def layers(tensors: Tensors) -> list[Layer]:
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
    return all(layer.exact for layer in layers(tensors))


class Ranges(NamedTuple):
    """Exact ranges of the body's activations.

    upper float32 [N]: the upper end of each range, 255 * 2**n; factors float64 [N]: the factor on each
    activation that made it so.
    """

    upper: NDArray[np.float32]
    factors: NDArray[np.float64]


def exact_ranges(ranges: NDArray[np.floating]) -> Ranges:
    """Ranges whose ratios are powers of two, near those that were found.

    ranges [N]: the upper ends of the ranges that were found. A relu passes a positive factor on, so that an
    activation may be multiplied by one if what reads it is divided by it. What the blocks add to shares one
    factor, and its ranges may grow for it: by the least in squares. Exact ranges stay as they are.
    """
    wanted = ranges[:_COUNT].astype(np.float64) / 255
    made = 2.0 ** np.round(np.log2(wanted))
    factors = made / wanted
    chain, choices = list(SKIPPED), []
    for number in chain:  # the best factor fits one of the ranges to the brim
        factor = _power_above(wanted[number]) / wanted[number]
        grown = _power_above(wanted[chain] * factor * (1 - 1e-9))
        choices.append((float(((grown / (wanted[chain] * factor)) ** 2).sum()), factor, grown))
    _, factors[chain], made[chain] = min(choices, key=lambda choice: choice[0])
    return Ranges((255 * made).astype(np.float32), factors)


def exact_steps(weight: NDArray[np.floating]) -> NDArray[np.float64]:
    """float64 [O]: the least power of two for each output channel of [O,I,k,k] that leaves weights of at most
    `MOST`."""
    largest = np.abs(weight.astype(np.float64)).max((1, 2, 3))
    return np.asarray(_power_above(np.maximum(largest / MOST, 2.0**-60)))


def exact_tensors(tensors: Tensors) -> Tensors:
    """The tensors of a pack with an exact body; the rest as it is. An exact body stays as it is.

    Its weights are rounded anew: to 65 to 129 levels a channel instead of 255.
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
    """Weight int8 [O,I,k,k], step float32 [O,1,1,1] and bias float32 [O] as a pack holds them, rounded.

    values [O,I,k,k] and bias [O]: of layer `number`; ranges: the upper ends of exact ranges, as
    `exact_ranges` makes them.
    """
    source = 1.0 if number == 0 else float(ranges[number - 1])
    unit = source / 255  # what a level of the input is worth
    scale = 255.0 if number == 0 else 1.0  # a power of two from levels to levels, so no such for values
    step = exact_steps(values / scale) * scale
    weight = np.rint(values / step[:, None, None, None]).astype(np.int8)
    whole = np.rint(bias / (step * unit)) * (step * unit)
    return weight, step[:, None, None, None].astype(np.float32), whole.astype(np.float32)


def _powers_of_two(values: NDArray[np.floating]) -> bool:
    return bool((np.frexp(values)[0] == 0.5).all())


def _power_above(values: Any) -> Any:
    """The least powers of two that are not below positive values."""
    mantissa, exponent = np.frexp(values)
    return np.ldexp(1.0, exponent - (mantissa == 0.5))
