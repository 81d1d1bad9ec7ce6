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

import llvmlite.binding as llvm
from llvmlite import ir
from numba import types
from numba.core.cgutils import get_or_insert_function
from numba.extending import intrinsic, models, register_model
from numba.np.arrayobj import make_array


def _widest() -> int:
    try:
        return 16 if llvm.get_host_cpu_features().get("avx512f") else 8
    except RuntimeError:  # where LLVM cannot tell, numba compiles for any machine of its kind
        return 8


LANES: Final = _widest()
"""float32 that one register holds, or two where registers hold four. Results do not depend on it."""

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


@intrinsic
def load_four_words(typingctx, pointer, a, b, c, d):
    """The 16 bytes of four uint32, at four places, as lanes."""

    def emit(context, builder, signature, args):
        four = ir.Constant(ir.VectorType(_I32, 4), ir.Undefined)
        for i, at in enumerate(args[1:]):
            word = builder.load(builder.gep(args[0], [at]), align=4)
            four = builder.insert_element(four, word, _I32(i))
        return builder.uitofp(builder.bitcast(four, ir.VectorType(ir.IntType(8), 16)), _floats(16))

    return Lanes(16)(pointer, *(types.intp,) * 4), emit


@intrinsic(prefer_literal=True)
def spread(typingctx, value, count):
    """One float32 in all of `count` lanes."""

    def emit(context, builder, signature, args):
        return _spread(builder, args[0], count.literal_value)

    return Lanes(count.literal_value)(types.float32, count), emit


@intrinsic
def times(typingctx, a, b):
    """a * b; `a` is one float32 for all lanes."""

    def emit(context, builder, signature, args):
        return builder.fmul(_spread(builder, args[0], b.count), args[1])

    return b(types.float32, b), emit


@intrinsic
def mul_add(typingctx, a, b, c):
    """a * b + c, rounded once where the machine can; `a` may be one float32 for all lanes."""

    def emit(context, builder, signature, args):
        first = args[0] if isinstance(a, Lanes) else _spread(builder, args[0], b.count)
        kind = ir.FunctionType(args[1].type, [args[1].type] * 3)
        function = get_or_insert_function(builder.module, kind, f"llvm.fmuladd.v{b.count}f32")
        return builder.call(function, [first, args[1], args[2]])

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
def store(typingctx, pointer, at, lanes):
    """Write lanes to `pointer[at]` and on."""

    def emit(context, builder, signature, args):
        _store(builder, *args)
        return context.get_dummy_value()

    return types.void(pointer, types.intp, lanes), emit


@intrinsic
def store_columns(typingctx, pointer, at, pitch, a, b, c, d, e, f, g, h):
    """Write eight times 8 lanes as the columns of an 8 x 8 square, whose rows lie `pitch` apart."""

    def emit(context, builder, signature, args):
        rows = list(args[3:])
        for bit in (4, 2, 1):  # swap one bit of the row's number with the same bit of the column's
            for i in (i for i in range(8) if not i & bit):
                pair = rows[i], rows[i | bit]
                rows[i] = _shuffle(builder, *pair, [8 + (j ^ bit) if j & bit else j for j in range(8)])
                rows[i | bit] = _shuffle(builder, *pair, [8 + j if j & bit else j | bit for j in range(8)])
        for i, row in enumerate(rows):
            place = builder.add(args[1], builder.mul(args[2], ir.Constant(args[2].type, i)))
            _store(builder, args[0], place, row)
        return context.get_dummy_value()

    return types.void(pointer, types.intp, types.intp, a, b, c, d, e, f, g, h), emit


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


def _spread(builder: Any, value: Any, count: int) -> Any:
    one = builder.insert_element(ir.Constant(_floats(count), ir.Undefined), value, _I32(0))
    return _shuffle(builder, one, one, [0] * count)


def _shuffle(builder: Any, a: Any, b: Any, order: list[int]) -> Any:
    return builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(_I32, len(order)), order))


def _store(builder: Any, pointer: Any, at: Any, lanes: Any) -> None:
    place = builder.bitcast(builder.gep(pointer, [at]), lanes.type.as_pointer())
    builder.store(lanes, place, align=4)
