"""SIMD operations for functions that numba compiles: vectors of several float32 or int32.

Numba's own vectoriser keeps every sum of a loop in memory. With these operations a kernel keeps a tile of
sums in registers: it runs three times as fast and compiles in a fifth of the time. Only compiled functions
can call them. Arrays are read and written through pointers, which check no bounds and own no memory: the
caller of a kernel keeps the arrays alive, and pads those that a vector may overrun. Numba's cache does not
notice a change of this file: delete `__pycache__` after one.
"""

# mypy: allow-untyped-defs, allow-incomplete-defs, allow-subclassing-any
from __future__ import annotations

from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import types
from numba.core.cgutils import get_or_insert_function
from numba.extending import intrinsic, models, register_model
from numba.np.arrayobj import make_array

from reskin.kernels.simd import processor

SIMD_WIDTH: Final = processor.simd_width(processor.compiled_features())
"""float32 in a vector: one register, or two of SSE, which hold four each. Results do not depend on it."""
DOT_METHOD: Final = processor.dot_method(processor.compiled_features())
"""How `dot` multiplies: four bytes at once (vnni), in pairs of 16 bits, or one by one. The results are
integers, and the same with all three."""

_I32 = ir.IntType(32)


class FloatVector(types.Type):
    """Numba's type for a vector of `count` float32."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(name=f"FloatVector({count})")


@register_model(FloatVector)
class _FloatVectorModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: FloatVector) -> None:
        super().__init__(manager, kind, _floats(kind.count))


class IntVector(types.Type):
    """Numba's type for a vector of `count` int32 or uint32: the operations decide which."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(name=f"IntVector({count})")


@register_model(IntVector)
class _IntVectorModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: IntVector) -> None:
        super().__init__(manager, kind, _integers(kind.count))


@intrinsic
def address(typingctx, array, at):
    """A pointer to element `at` of a contiguous array or of a pointer; `pointer[i]` reads and writes."""

    def emit(context, builder, signature, args):
        owned = not isinstance(array, types.CPointer)
        start = make_array(array)(context, builder, args[0]).data if owned else args[0]
        return builder.gep(start, [args[1]])

    return types.CPointer(array.dtype)(array, types.intp), emit


@intrinsic(prefer_literal=True)
def load(typingctx, pointer, at, count):
    """The `count` float32 from `pointer[at]` on, or as many bytes, as float32."""
    element, size = (ir.FloatType(), 4) if pointer.dtype == types.float32 else (ir.IntType(8), 1)

    def emit(context, builder, signature, args):
        kind = ir.VectorType(element, count.literal_value).as_pointer()
        vector = builder.load(builder.bitcast(builder.gep(args[0], [args[1]]), kind), align=size)
        return vector if size == 4 else builder.uitofp(vector, _floats(count.literal_value))

    return FloatVector(count.literal_value)(pointer, types.intp, count), emit


@intrinsic(prefer_literal=True)
def load_ints(typingctx, pointer, at, step, count):
    """`count` int32 from `pointer[at]` on, every `step`-th; those between them are read too."""

    def emit(context, builder, signature, args):
        stride, size = step.literal_value, count.literal_value
        kind = _integers(stride * size).as_pointer()
        every = builder.load(builder.bitcast(builder.gep(args[0], [args[1]]), kind), align=4)
        return every if stride == 1 else _shuffle(builder, every, every, [stride * i for i in range(size)])

    return IntVector(count.literal_value)(pointer, types.intp, step, count), emit


@intrinsic(prefer_literal=True)
def broadcast(typingctx, value, count):
    """A vector of `count` times the same float32 or int32."""
    kind, kept = (
        (IntVector, types.int32) if isinstance(value, types.Integer) else (FloatVector, types.float32)
    )

    def emit(context, builder, signature, args):
        return _broadcast(builder, args[0], count.literal_value)

    return kind(count.literal_value)(kept, count), emit


@intrinsic
def times(typingctx, a, b):
    """a * b; `a` is a single float32."""

    def emit(context, builder, signature, args):
        return builder.fmul(_broadcast(builder, args[0], b.count), args[1])

    return b(types.float32, b), emit


@intrinsic
def mul_add(typingctx, a, b, c):
    """a * b + c; `a` may be a single float32. The product is rounded before the sum: a fused operation would
    round once, and not every machine has one. On a Zen 4 the head takes 3.9 ms, and 3.8 ms if fused."""

    def emit(context, builder, signature, args):
        first = args[0] if isinstance(a, FloatVector) else _broadcast(builder, args[0], b.count)
        return builder.fadd(builder.fmul(first, args[1]), args[2])

    return b(a if isinstance(a, FloatVector) else types.float32, b, b), emit


@intrinsic
def relu(typingctx, a):
    """max(a, 0); a NaN stays a NaN."""

    def emit(context, builder, signature, args):
        zero = ir.Constant(args[0].type, None)
        return builder.select(builder.fcmp_ordered("<", args[0], zero), zero, args[0])

    return a(a), emit


@intrinsic
def at_most(typingctx, a, most):
    """min(a, most), where `most` is a single float32; a NaN stays a NaN."""

    def emit(context, builder, signature, args):
        limit = _broadcast(builder, args[1], a.count)
        return builder.select(builder.fcmp_ordered(">", args[0], limit), limit, args[0])

    return a(a, types.float32), emit


@intrinsic
def to_floats(typingctx, vector):
    """Signed integers as float32."""

    def emit(context, builder, signature, args):
        return builder.sitofp(args[0], _floats(vector.count))

    return FloatVector(vector.count)(vector), emit


@intrinsic(prefer_literal=True)
def byte_of(typingctx, vector, number):
    """Byte `number` of each integer, 0 the lowest, as float32."""

    def emit(context, builder, signature, args):
        shift, mask = (ir.Constant(args[0].type, [n] * vector.count) for n in (8 * number.literal_value, 255))
        return builder.uitofp(builder.and_(builder.lshr(args[0], shift), mask), _floats(vector.count))

    return FloatVector(vector.count)(vector, number), emit


def dot_table(weights: np.ndarray, method: str = DOT_METHOD) -> np.ndarray:
    """Weights int8 [...,4 N] in the layout that `dot` reads: int32 [...,N], or [...,2 N] for pairs."""
    if method != "pairs":
        return np.ascontiguousarray(weights, np.int8).view(np.int32)
    fours = weights.astype(np.int16).reshape(*weights.shape[:-1], -1, 2, 2)
    return np.ascontiguousarray(fours.swapaxes(-1, -2)).reshape(*weights.shape[:-1], -1).view(np.int32)


def make_dot(method: str) -> Any:
    """`dot` by one method; see `DOT_METHOD`."""

    @intrinsic(prefer_literal=True)
    def dot(typingctx, sums, vector, table, at):
        """sums + the four unsigned bytes of each integer times the four signed weights number `at` of a table
        that `dot_table` made."""

        def emit(context, builder, signature, args):
            total, x, pointer, number = args
            if method == "pairs":
                return _dot_pairs(builder, total, x, pointer, number)
            four = _broadcast(builder, builder.load(builder.gep(pointer, [number]), align=4), sums.count)
            if method == "vnni":
                name = f"llvm.x86.avx512.vpdpbusd.{32 * sums.count}"
                return builder.call(_function(builder, name, total.type, [total.type] * 3), [total, x, four])
            for i in range(4):
                up, top = (ir.Constant(total.type, [n] * sums.count) for n in (24 - 8 * i, 24))
                weight = builder.ashr(builder.shl(four, up), top)
                value = builder.lshr(builder.shl(x, up), top)
                total = builder.add(total, builder.mul(value, weight))
            return total

        return sums(sums, vector, table, types.intp), emit

    return dot


dot = make_dot(DOT_METHOD)


@intrinsic
def not_finite(typingctx, a, b):
    """1 if any element of a + b is infinite or NaN, else 0."""

    def emit(context, builder, signature, args):
        nothing = builder.fmul(builder.fadd(*args), ir.Constant(args[0].type, None))
        some = builder.fcmp_unordered("uno", nothing, nothing)
        bits = builder.bitcast(some, ir.IntType(a.count))
        return builder.zext(builder.icmp_unsigned("!=", bits, ir.Constant(bits.type, 0)), ir.IntType(64))

    return types.int64(a, b), emit


@intrinsic
def store_levels(typingctx, pointer, at, vector):
    """Round a vector of 0..255 and write it as bytes from `pointer[at]` on."""

    def emit(context, builder, signature, args):
        half = ir.Constant(args[2].type, [0.5] * vector.count)
        whole = builder.fptosi(builder.fadd(args[2], half), _integers(vector.count))
        levels = builder.trunc(whole, ir.VectorType(ir.IntType(8), vector.count))
        place = builder.bitcast(builder.gep(args[0], [args[1]]), levels.type.as_pointer())
        builder.store(levels, place, align=1)
        return context.get_dummy_value()

    return types.void(pointer, types.intp, vector), emit


@intrinsic
def store(typingctx, pointer, at, vector):
    """Write a vector from `pointer[at]` on."""

    def emit(context, builder, signature, args):
        _store(builder, *args)
        return context.get_dummy_value()

    return types.void(pointer, types.intp, vector), emit


@intrinsic(prefer_literal=True)
def copy(typingctx, out, at, pointer, start, count):
    """Copy `count` integers from `pointer[start]` on to `out[at]` on."""

    def emit(context, builder, signature, args):
        kind = ir.VectorType(context.get_value_type(pointer.dtype), count.literal_value).as_pointer()
        start, end = (builder.bitcast(builder.gep(args[n], [args[n + 1]]), kind) for n in (2, 0))
        builder.store(builder.load(start, align=1), end, align=1)
        return context.get_dummy_value()

    return types.void(out, types.intp, pointer, types.intp, count), emit


@intrinsic(prefer_literal=True)
def fill(typingctx, out, at, value, count):
    """Write an integer `count` times from `out[at]` on."""

    def emit(context, builder, signature, args):
        many = _broadcast(builder, args[2], count.literal_value)
        place = builder.bitcast(builder.gep(args[0], [args[1]]), many.type.as_pointer())
        builder.store(many, place, align=1)
        return context.get_dummy_value()

    return types.void(out, types.intp, out.dtype, count), emit


@intrinsic
def store_bytes(typingctx, pointer, at, value):
    """Write the bytes of an integer, the lowest first, from `pointer[at]` on; a pointer to bytes."""

    def emit(context, builder, signature, args):
        place = builder.bitcast(builder.gep(args[0], [args[1]]), args[2].type.as_pointer())
        builder.store(args[2], place, align=1)
        return context.get_dummy_value()

    return types.void(pointer, types.intp, value), emit


def _floats(count: int) -> Any:
    return ir.VectorType(ir.FloatType(), count)


def _integers(count: int) -> Any:
    return ir.VectorType(_I32, count)


def _function(builder: Any, name: str, result: Any, arguments: list[Any]) -> Any:
    return get_or_insert_function(builder.module, ir.FunctionType(result, arguments), name)


def _dot_pairs(builder: Any, total: Any, x: Any, pointer: Any, number: Any) -> Any:
    """Even and odd bytes separately: a sum of two products fits 32 bits, so nothing saturates at 16 bits."""
    count = total.type.count
    halves = ir.VectorType(ir.IntType(16), 2 * count)
    name = "llvm.x86.avx512.pmaddw.d.512" if count == 16 else "llvm.x86.avx2.pmadd.wd"
    multiply = _function(builder, name, total.type, [halves, halves])
    bytes_ = builder.bitcast(x, halves)
    for odd in (0, 1):
        eight, mask = (ir.Constant(halves, [n] * 2 * count) for n in (8, 255))
        values = builder.lshr(bytes_, eight) if odd else builder.and_(bytes_, mask)
        at = builder.add(builder.mul(number, ir.Constant(number.type, 2)), ir.Constant(number.type, odd))
        weight = _broadcast(builder, builder.load(builder.gep(pointer, [at]), align=4), count)
        product = builder.call(multiply, [values, builder.bitcast(weight, halves)])
        total = builder.add(total, product)
    return total


def _broadcast(builder: Any, value: Any, count: int) -> Any:
    one = builder.insert_element(ir.Constant(ir.VectorType(value.type, count), ir.Undefined), value, _I32(0))
    return _shuffle(builder, one, one, [0] * count)


def _shuffle(builder: Any, a: Any, b: Any, order: list[int]) -> Any:
    return builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(_I32, len(order)), order))


def _store(builder: Any, pointer: Any, at: Any, vector: Any) -> None:
    place = builder.bitcast(builder.gep(pointer, [at]), vector.type.as_pointer())
    builder.store(vector, place, align=4)
