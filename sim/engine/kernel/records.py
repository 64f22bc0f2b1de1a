"""Arrays of records found by address, as compiled code sees them.

Numba's own arrays ask at each access whether the index counts from the end, for which they look up the
length. These are the bare address: an index past the end or below 0 is not noticed.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing import signature
from numba.core.typing.templates import AbstractTemplate, infer_global
from numba.extending import intrinsic, lower_builtin, models, register_model
from numba.np.numpy_support import from_dtype

_WORD = ir.IntType(64)


class _Records(types.Type):  # type: ignore[misc]
    """So many records of one dtype, one after another."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self.record, self.size = from_dtype(dtype), dtype.itemsize
        super().__init__(name=f"Records({self.record})")


@register_model(_Records)
class _Model(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, of: _Records) -> None:
        super().__init__(manager, of, _WORD)


@infer_global(operator.getitem)
class _Element(AbstractTemplate):  # type: ignore[misc]
    def generic(self, args: Any, _kws: Any) -> Any:
        records, index = args
        if isinstance(records, _Records) and isinstance(index, types.Integer):
            return signature(records.record, records, types.int64)
        return None


@lower_builtin(operator.getitem, _Records, types.int64)
def _element(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    records = sig.args[0]
    offset = builder.mul(args[1], _WORD(records.size))
    return builder.inttoptr(builder.add(args[0], offset), context.get_value_type(records.record))


@intrinsic
def prefetch(_context: Any, _address: Any) -> Any:
    """Ask memory for the cache line at an address, without waiting; the address need not be one."""

    def codegen(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        pointer, number = cgutils.voidptr_t, ir.IntType(32)
        shape = ir.FunctionType(ir.VoidType(), [pointer, number, number, number])
        ask = cgutils.get_or_insert_function(builder.module, shape, "llvm.prefetch.p0")
        builder.call(ask, [builder.inttoptr(args[0], pointer), number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.none(types.int64), codegen


def records_of(dtype: np.dtype[Any]) -> Any:
    """A compiled function: the address of records of `dtype` [a whole number] as those records."""
    of = _Records(dtype)

    @intrinsic
    def at(_context: Any, _address: Any) -> Any:
        return of(types.int64), lambda _context, _builder, _signature, args: args[0]

    return at
