"""Write `minigrad/missing.txt`: the public names that torch has and minigrad has not, by the chapter they belong to.

    python scripts/missing_names.py        (in an environment that has torch and numpy)

A name is public if torch documents it. Who adds an operation takes its name out of the file, or runs this again.
"""

import inspect
import sys
import textwrap
import types
import warnings
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import torch  # type: ignore[import-not-found]

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
import minigrad  # noqa: E402

FILE = ROOT / "minigrad" / "missing.txt"
HOMES = {
    "": (torch, minigrad),
    "Tensor.": (torch.Tensor, minigrad.Tensor),
    "nn.functional.": (torch.nn.functional, minigrad.nn.functional),
    "linalg.": (torch.linalg, minigrad.linalg),
    "nn.": (torch.nn, minigrad.nn),
}

# Patterns (* is anything) for a name without its home and a final "_", tried from top to bottom.
INTERNAL = """*_copy parse_* sym_* Sym* import_ir_* *type_comment unify_type_list *torch_function* boolean_dispatch
    bit cpp init_num_threads thread_safe_generator hash_tensor DispatchKey Tag AggregationType classes return_types
    torch_version factory_kwargs package module_load as_subclass native_* *_with_indices volatile name ScalingType
    SwizzleType compiled_with_cxx11_abi"""
LEFT_OUT = {
    "complex numbers": """*complex* cfloat cdouble chalf conj* resolve_* imag real isreal angle polar H mH is_conj
        is_neg view_as_real""",
    "quantised tensors and small number formats": """*quantiz* quantization q_* qint* quint* qscheme int_repr
        float4_* float8_* bfloat16 int[1-7] uint[1-7] bits* ao scaled_mm *grouped_mm""",
    "sparse, nested and masked tensors": """*sparse* *smm hspmm sspaddmm *coalesce* *col_indices *row_indices
        indices values to_dense dense_dim nested masked to_padded_tensor segment_reduce to_mkldnn""",
    "devices": """*cuda* *device* cpu *xpu* mps mtia ipu is_cpu is_ipu is_meta is_mps is_xla *pinned pin_memory
        Event Stream record_stream accelerator amp *autocast* GradScaler backends OutOfMemoryError AcceleratorError""",
    "threads, processes and distributed computing": """*distributed* multiprocessing futures fork wait share_memory
        is_shared *num_threads *num_interop_threads DataParallel SyncBatchNorm monitor""",
    "Fourier transforms and signals": "fft stft istft *_window signal windows",
    "compilation, tracing and their tools": """jit compile compiler export fx library ops Script* cond while_loop
        hub vmap profiler overrides testing typename types version""",
    "the layout of memory": """*storage* *stride* *data_ptr set resize resize_as is_set_to dim_order *_dlpack
        from_file unsafe_*""",
    "settings of the machine": "*determinis* set_flush_denormal *warn_always* *float32_matmul* has_*",
}
CHAPTERS = {
    1: "how tensors are made",
    2: "how operations are recorded",
    3: "how to add an elementwise operation",
    7: "how to add a reduction, a product of matrices or a loss",
    8: "how to add an operation on shapes or indices, a view, or one in place",
    11: "how to add a layer",
}
IN_CHAPTER = {
    2: "inference* is_inference* grad_dtype",
    1: """empty* ones* zeros* full* rand* new_* scalar_tensor as_tensor linspace logspace range arange asarray
        frombuffer normal bernoulli poisson binomial multinomial uniform cauchy exponential geometric log_normal
        quasirandom distributions *seed *rng_state *[Gg]enerator ?*Tensor finfo iinfo uint* can_cast promote_types
        result_type half short char byte *printoptions set_default_tensor_type is_tensor is_signed is_nonzero
        is_same_size is_floating_point nbytes itemsize element_size nelement ndimension apply map map2""",
    8: """*diag* *index* *split* narrow* *squeeze transpose t swapaxes swapdims view* expand* *unfold fold
        cartesian_prod combinations diff unravel* nonzero_static adjoint *scatter* *shuffle *fill* zero unique*
        sum_to_size broadcast* *pad repeat* ?stack stack""",
    11: """*pool* *conv* *dropout* *rnn* *lstm* *gru* *embedding* *attention* *upsample* interpolate *grid* bilinear
        rrelu *batch_norm group_norm instance_norm layer_norm rms_norm local_response_norm""",
    7: """*loss* *entropy *norm *mean *sum *prod *quantile *median *sort *max *min *solve* *cholesky* *hist* trapz
        *trapezoid matrix_* mode searchsorted bucketize std var cum* svd* pca* lu lu_* qr eig* symeig lstsq orgqr
        ormqr geqrf pinv* lobpcg *dist corrcoef cov kthvalue topk any all aminmax gradient vander *dot add[mbr]*
        baddbmm kl_div""",
}


def among(name: str, patterns: str) -> bool:
    """Whether one of the patterns, a list in one string, is for this name."""
    return any(fnmatchcase(name, pattern) for pattern in patterns.split())


def documented(thing: Any) -> bool:
    """Whether torch means users to see it."""
    if isinstance(thing, types.ModuleType):
        return thing.__name__.startswith("torch.")
    if isinstance(thing, (torch.dtype, float)):
        return True
    ours = str(getattr(thing, "__module__", None) or "torch").startswith("torch")
    return ours and bool(thing.__doc__) and (callable(thing) or inspect.isdatadescriptor(thing))


def missing() -> list[str]:
    """The full names, sorted."""
    found = []
    for prefix, (theirs, ours) in HOMES.items():
        for name in dir(theirs):
            if name.startswith("_") or hasattr(ours, name) or among(name.rstrip("_"), INTERNAL):
                continue
            thing = getattr(theirs, name)
            if documented(thing) and not (prefix and isinstance(thing, types.ModuleType)):
                found.append(prefix + name)
    return sorted(found)


def end_of_sentence(name: str) -> str:
    """How a sentence ends that begins "torch has 'name', minigrad has"."""
    prefix, last = name[: name.rfind(".") + 1], name.rpartition(".")[2]
    base = last.rstrip("_")
    if prefix == "" and hasattr(minigrad.nn.functional, last):
        return "it in nn.functional"
    if prefix == "linalg.":
        return chapter(7)
    for part, patterns in LEFT_OUT.items():
        if among(base, patterns):
            return f"not, on purpose: it leaves out {part}"
    if base != last and hasattr(HOMES[prefix][1], base):
        return chapter(8)
    if prefix == "nn.":
        return chapter(11)
    found = [number for number, patterns in IN_CHAPTER.items() if among(base, patterns)]
    return chapter([*found, 11 if prefix == "nn.functional." else 3][0])


def chapter(number: int) -> str:
    """The sentence's end for what a chapter shows how to add."""
    notebooks = [f" (course/{path.name})" for path in (ROOT / "course").glob(f"{number:02d}_*.ipynb")]
    return f"not (yet): chapter {number}{''.join(notebooks)} shows {CHAPTERS[number]}"


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    groups: dict[str, list[str]] = {}
    for name in missing():
        groups.setdefault(end_of_sentence(name), []).append(name)
    parts = [f"# {end}\n{textwrap.fill(' '.join(groups[end]), 120)}\n" for end in sorted(groups)]
    FILE.write_text("\n".join(parts), encoding="utf-8")
    for end in sorted(groups):
        print(f"{len(groups[end]):4} {end}")
