"""Chapter 8, appendix: the in-place forms of chapter 3's catalogue: `x.tan_()`, `x.addcmul_(y, z)`, `x %= 2`.

Each computes its operation and writes the result over `x`, as `in_place` in `views` does it.
"""

from . import combining, comparisons, functions, operations
from .tensor import Tensor
from .views import in_place

METHODS = {  # which module gave Tensor the method that is tried before it is written
    operations: "absolute negative sign square clip clamp_min clamp_max divide true_divide floor_divide remainder fmod "
    "multiply subtract",
    combining: "addcdiv addcmul arctan2 atan2 hypot lerp nan_to_num xlogy",
    comparisons: "bitwise_and bitwise_or bitwise_xor bitwise_not bitwise_left_shift bitwise_right_shift",
    functions: "acos acosh arccos arccosh arcsin arcsinh arctan arctanh asin asinh atan atanh ceil cosh deg2rad "
    "digamma erf erfc exp2 expm1 fix floor frac lgamma log10 log1p log2 logit rad2deg round rsqrt sinc sinh tan trunc",
}
for names in METHODS.values():
    for name in names.split():
        setattr(Tensor, f"{name}_", in_place(getattr(Tensor, name)))

Tensor.__imod__, Tensor.__ifloordiv__ = Tensor.remainder_, Tensor.floor_divide_
Tensor.__iand__, Tensor.__ior__, Tensor.__ixor__ = Tensor.bitwise_and_, Tensor.bitwise_or_, Tensor.bitwise_xor_
Tensor.__ilshift__, Tensor.__irshift__ = Tensor.bitwise_left_shift_, Tensor.bitwise_right_shift_
