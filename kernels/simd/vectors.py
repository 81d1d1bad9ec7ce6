"""Vectors inside numba: several float32 at once, in one register where the machine's are that wide.

Numba's own vectoriser keeps every sum of a loop in memory; with these a kernel keeps a tile of sums in
registers, runs three times as fast and compiles in a fifth of the time. Only functions compiled by
numba can call what is here. Arrays are reached through pointers, which have no bounds and own
nothing: a kernel takes them from arrays that its caller keeps alive, and pads those that it overruns.
Numba's cache does not notice a change of this file: delete `__pycache__` after one.
"""

# mypy: allow-untyped-defs, allow-incomplete-defs
from __future__ import annotations

from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import types
from numba.core.cgutils import get_or_insert_function
from numba.extending import intrinsic, models, register_model
from numba.np.arrayobj import make_array

from reskin.kernels.simd import processor

LANES: Final = processor.lanes(processor.compiled_for())
"""float32 that one register holds, or two where registers hold four. Results do not depend on it."""
DOTS: Final = processor.dots(processor.compiled_for())
"""How `dot` multiplies: four bytes at once (vnni), in pairs of 16 bits, or one by one. Its results are
integers, and the same."""

_I32 = ir.IntType(32)


class Lanes(types.Type):
    """Numba's type of `count` float32 at once."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(name=f"Lanes({count})")


@register_model(Lanes)
class _Model(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Lanes) -> None:
        super().__init__(manager, kind, _floats(kind.count))


class Words(types.Type):
    """Numba's type of `count` int32 at once; uint32 are told apart by what is done with them."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(name=f"Words({count})")


@register_model(Words)
class _WordsModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Words) -> None:
        super().__init__(manager, kind, _integers(kind.count))


@intrinsic
def address(typingctx, array, at):
    """A pointer to element `at` of a flat array or pointer: `pointer[i]` reads and writes from there on."""

    def emit(context, builder, signature, args):
        owned = not isinstance(array, types.CPointer)
        start = make_array(array)(context, builder, args[0]).data if owned else args[0]
        return builder.gep(start, [args[1]])

    return types.CPointer(array.dtype)(array, types.intp), emit


@intrinsic(prefer_literal=True)
def load(typingctx, pointer, at, count):
    """`count` float32 or bytes from `pointer[at]` on."""
    element, size = (ir.FloatType(), 4) if pointer.dtype == types.float32 else (ir.IntType(8), 1)

    def emit(context, builder, signature, args):
        kind = ir.VectorType(element, count.literal_value).as_pointer()
        lanes = builder.load(builder.bitcast(builder.gep(args[0], [args[1]]), kind), align=size)
        return lanes if size == 4 else builder.uitofp(lanes, _floats(count.literal_value))

    return Lanes(count.literal_value)(pointer, types.intp, count), emit


@intrinsic(prefer_literal=True)
def load_words(typingctx, pointer, at, step, count):
    """`count` words from `pointer[at]` on, every `step`-th; what lies between is read too."""

    def emit(context, builder, signature, args):
        stride, lanes = step.literal_value, count.literal_value
        kind = _integers(stride * lanes).as_pointer()
        every = builder.load(builder.bitcast(builder.gep(args[0], [args[1]]), kind), align=4)
        return every if stride == 1 else _shuffle(builder, every, every, [stride * i for i in range(lanes)])

    return Words(count.literal_value)(pointer, types.intp, step, count), emit


@intrinsic(prefer_literal=True)
def spread(typingctx, value, count):
    """One float32 or int32 in all of `count` lanes."""
    kind, kept = (Words, types.int32) if isinstance(value, types.Integer) else (Lanes, types.float32)

    def emit(context, builder, signature, args):
        return _spread(builder, args[0], count.literal_value)

    return kind(count.literal_value)(kept, count), emit


@intrinsic
def times(typingctx, a, b):
    """a * b; `a` is one float32 for all lanes."""

    def emit(context, builder, signature, args):
        return builder.fmul(_spread(builder, args[0], b.count), args[1])

    return b(types.float32, b), emit


@intrinsic
def mul_add(typingctx, a, b, c):
    """a * b + c; `a` may be one float32 for all lanes. The product is rounded before the sum: a fused
    operation would round once, and not every machine has one.

    On a Zen 4 the head takes 3.9 ms this way, and 3.8 ms with fused operations."""

    def emit(context, builder, signature, args):
        first = args[0] if isinstance(a, Lanes) else _spread(builder, args[0], b.count)
        return builder.fadd(builder.fmul(first, args[1]), args[2])

    return b(a if isinstance(a, Lanes) else types.float32, b, b), emit


@intrinsic
def relu(typingctx, a):
    """0 where below 0; a NaN stays one."""

    def emit(context, builder, signature, args):
        zero = ir.Constant(args[0].type, None)
        return builder.select(builder.fcmp_ordered("<", args[0], zero), zero, args[0])

    return a(a), emit


@intrinsic
def at_most(typingctx, a, most):
    """The register, or `most` where it is above; a NaN stays one."""

    def emit(context, builder, signature, args):
        limit = _spread(builder, args[1], a.count)
        return builder.select(builder.fcmp_ordered(">", args[0], limit), limit, args[0])

    return a(a, types.float32), emit


@intrinsic
def to_floats(typingctx, words):
    """Signed words as float32."""

    def emit(context, builder, signature, args):
        return builder.sitofp(args[0], _floats(words.count))

    return Lanes(words.count)(words), emit


@intrinsic(prefer_literal=True)
def byte_of(typingctx, words, number):
    """Byte `number` of each word, the lowest first, as float32."""

    def emit(context, builder, signature, args):
        shift, mask = (ir.Constant(args[0].type, [n] * words.count) for n in (8 * number.literal_value, 255))
        return builder.uitofp(builder.and_(builder.lshr(args[0], shift), mask), _floats(words.count))

    return Lanes(words.count)(words, number), emit


def dot_table(weights: np.ndarray, how: str = DOTS) -> np.ndarray:
    """int8 [...,4 N] as the words that `dot` reads: int32 [...,N], or [...,2 N] for pairs."""
    if how != "pairs":
        return np.ascontiguousarray(weights, np.int8).view(np.int32)
    fours = weights.astype(np.int16).reshape(*weights.shape[:-1], -1, 2, 2)
    return np.ascontiguousarray(fours.swapaxes(-1, -2)).reshape(*weights.shape[:-1], -1).view(np.int32)


def dots(how: str) -> Any:
    """`dot` as one kind of machine computes it; see `DOTS`."""

    @intrinsic(prefer_literal=True)
    def dot(typingctx, sums, words, table, at):
        """sums + the four unsigned bytes of each word times the four signed weights number `at` of a table
        that `dot_table` made."""

        def emit(context, builder, signature, args):
            total, x, pointer, number = args
            if how == "pairs":
                return _dot_pairs(builder, total, x, pointer, number)
            four = _spread(builder, builder.load(builder.gep(pointer, [number]), align=4), sums.count)
            if how == "vnni":
                name = f"llvm.x86.avx512.vpdpbusd.{32 * sums.count}"
                return builder.call(_function(builder, name, total.type, [total.type] * 3), [total, x, four])
            for i in range(4):
                up, top = (ir.Constant(total.type, [n] * sums.count) for n in (24 - 8 * i, 24))
                weight = builder.ashr(builder.shl(four, up), top)
                value = builder.lshr(builder.shl(x, up), top)
                total = builder.add(total, builder.mul(value, weight))
            return total

        return sums(sums, words, table, types.intp), emit

    return dot


dot = dots(DOTS)


@intrinsic
def not_finite(typingctx, a, b):
    """1 if any lane of a + b is infinite or no number, else 0."""

    def emit(context, builder, signature, args):
        nothing = builder.fmul(builder.fadd(*args), ir.Constant(args[0].type, None))
        some = builder.fcmp_unordered("uno", nothing, nothing)
        bits = builder.bitcast(some, ir.IntType(a.count))
        return builder.zext(builder.icmp_unsigned("!=", bits, ir.Constant(bits.type, 0)), ir.IntType(64))

    return types.int64(a, b), emit


@intrinsic
def store_levels(typingctx, pointer, at, lanes):
    """Write lanes, 0..255, rounded to whole levels, as bytes to `pointer[at]` and on."""

    def emit(context, builder, signature, args):
        half = ir.Constant(args[2].type, [0.5] * lanes.count)
        whole = builder.fptosi(builder.fadd(args[2], half), _integers(lanes.count))
        levels = builder.trunc(whole, ir.VectorType(ir.IntType(8), lanes.count))
        place = builder.bitcast(builder.gep(args[0], [args[1]]), levels.type.as_pointer())
        builder.store(levels, place, align=1)
        return context.get_dummy_value()

    return types.void(pointer, types.intp, lanes), emit


@intrinsic
def store(typingctx, pointer, at, lanes):
    """Write lanes to `pointer[at]` and on."""

    def emit(context, builder, signature, args):
        _store(builder, *args)
        return context.get_dummy_value()

    return types.void(pointer, types.intp, lanes), emit


@intrinsic
def store_bytes(typingctx, pointer, at, word):
    """Write an integer's bytes, the lowest first, to `pointer[at]` and on; a pointer to bytes."""

    def emit(context, builder, signature, args):
        place = builder.bitcast(builder.gep(args[0], [args[1]]), args[2].type.as_pointer())
        builder.store(args[2], place, align=1)
        return context.get_dummy_value()

    return types.void(pointer, types.intp, word), emit


def _floats(count: int) -> Any:
    return ir.VectorType(ir.FloatType(), count)


def _integers(count: int) -> Any:
    return ir.VectorType(_I32, count)


def _function(builder: Any, name: str, result: Any, arguments: list[Any]) -> Any:
    return get_or_insert_function(builder.module, ir.FunctionType(result, arguments), name)


def _dot_pairs(builder: Any, total: Any, x: Any, pointer: Any, number: Any) -> Any:
    """Even and odd bytes apart: two products at a time fit 32 bits, and no sum in 16 bits can saturate."""
    count = total.type.count
    halves = ir.VectorType(ir.IntType(16), 2 * count)
    name = "llvm.x86.avx512.pmaddw.d.512" if count == 16 else "llvm.x86.avx2.pmadd.wd"
    multiply = _function(builder, name, total.type, [halves, halves])
    bytes_ = builder.bitcast(x, halves)
    for odd in (0, 1):
        eight, mask = (ir.Constant(halves, [n] * 2 * count) for n in (8, 255))
        values = builder.lshr(bytes_, eight) if odd else builder.and_(bytes_, mask)
        at = builder.add(builder.mul(number, ir.Constant(number.type, 2)), ir.Constant(number.type, odd))
        weight = _spread(builder, builder.load(builder.gep(pointer, [at]), align=4), count)
        product = builder.call(multiply, [values, builder.bitcast(weight, halves)])
        total = builder.add(total, product)
    return total


def _spread(builder: Any, value: Any, count: int) -> Any:
    one = builder.insert_element(ir.Constant(ir.VectorType(value.type, count), ir.Undefined), value, _I32(0))
    return _shuffle(builder, one, one, [0] * count)


def _shuffle(builder: Any, a: Any, b: Any, order: list[int]) -> Any:
    return builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(_I32, len(order)), order))


def _store(builder: Any, pointer: Any, at: Any, lanes: Any) -> None:
    place = builder.bitcast(builder.gep(pointer, [at]), lanes.type.as_pointer())
    builder.store(lanes, place, align=4)
