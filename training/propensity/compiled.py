"""LightGBM's trees walked by a small C program, compiled once a process by the system's `cc`: the same numbers in a tenth of the time.

Without a compiler there is no such walker, and the trees answer through LightGBM's own predictor.
"""

import ctypes
import logging
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
_SOURCE = Path(__file__).with_name("trees.c")
_CATEGORICAL, _DEFAULT_LEFT = 1, 2
_MISSING = {"None": 0, "Zero": 4, "NaN": 8}
_FIELDS = ("feature", "kind", "left", "right", "first", "count", "threshold", "leaf", "bits")
"""In the order of the struct in trees.c."""
_log = logging.getLogger(__name__)


class _Trees(ctypes.Structure):
    _fields_ = [(name, ctypes.c_void_p) for name in _FIELDS]


@cache
def library() -> ctypes.CDLL | None:
    """The compiled walker, None where there is no working compiler. Built in a folder of its own that nobody else can write to."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    with tempfile.TemporaryDirectory(prefix="playcall-cc-") as folder:
        built = Path(folder) / "trees.so"
        command = [compiler, "-O2", "-ffp-contract=off", "-shared", "-fPIC", "-o", str(built), str(_SOURCE), "-lm"]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=60)  # noqa: S603 (our own source, the system's compiler)
            return ctypes.CDLL(str(built))
        except (OSError, subprocess.SubprocessError) as failed:
            _log.warning("the trees answer through LightGBM's own predictor: %s", failed)
            return None


@dataclass(frozen=True, slots=True)
class CompiledTrees:
    """Nodes and leaves of all trees, one after the other. A child below 0 is ~leaf."""

    arrays: Mapping[str, NDArray[Any]]
    roots: NDArray[np.int32]
    used: NDArray[np.int32]
    walker: ctypes.CDLL
    _struct: _Trees = field(repr=False)

    @classmethod
    def of(cls, model: Mapping[str, Any]) -> "CompiledTrees | None":
        """From LightGBM's dump_model; None where nothing can be compiled."""
        walker = library()
        if walker is None:
            return None
        flat = _Flat()
        roots = [flat.add(tree["tree_structure"]) for tree in model["tree_info"]]
        arrays = flat.arrays()
        struct = _Trees(*(arrays[name].ctypes.data for name in _FIELDS))
        used = np.unique(arrays["feature"][: len(flat.feature)]) if flat.feature else np.empty(0, dtype=np.int32)
        return cls(arrays, np.array(roots, dtype=np.int32), used.astype(np.int32), walker, struct)

    def predict(self, x: Matrix) -> Matrix:
        """(n,) raw scores of (n, columns)."""
        rows = np.ascontiguousarray(x, dtype=np.float64)
        total, varies = np.zeros(len(rows)), np.zeros(rows.shape[1] + 1, dtype=np.uint8)
        self.walker.predict(
            ctypes.byref(self._struct),
            ctypes.c_void_p(self.roots.ctypes.data),
            ctypes.c_int(len(self.roots)),
            ctypes.c_void_p(self.used.ctypes.data),
            ctypes.c_int(len(self.used)),
            ctypes.c_void_p(rows.ctypes.data),
            ctypes.c_int64(len(rows)),
            ctypes.c_int(rows.shape[1]),
            ctypes.c_void_p(varies.ctypes.data),
            ctypes.c_void_p(total.ctypes.data),
        )
        return total


@dataclass(slots=True)
class _Flat:
    feature: list[int] = field(default_factory=list)
    kind: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    right: list[int] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    count: list[int] = field(default_factory=list)
    threshold: list[float] = field(default_factory=list)
    leaf: list[float] = field(default_factory=list)
    bits: list[int] = field(default_factory=list)

    def add(self, node: Mapping[str, Any]) -> int:
        if "split_feature" not in node:
            self.leaf.append(float(node["leaf_value"]))
            return ~(len(self.leaf) - 1)
        place = len(self.feature)
        words = [int(word) for word in str(node["threshold"]).split("||")] if node["decision_type"] == "==" else []
        self.feature.append(int(node["split_feature"]))
        self.kind.append(_CATEGORICAL * bool(words) + _DEFAULT_LEFT * bool(node["default_left"]) + _MISSING[node["missing_type"]])
        self.threshold.append(0.0 if words else float(node["threshold"]))
        self.first.append(len(self.bits))
        self.bits += _bitset(words)
        self.count.append(len(self.bits) - self.first[-1])
        self.left.append(0)
        self.right.append(0)
        self.left[place] = self.add(node["left_child"])
        self.right[place] = self.add(node["right_child"])
        return place

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Never empty, so that each has an address."""
        whole = {
            name: np.array([*getattr(self, name), 0], dtype=np.int32) for name in ("feature", "kind", "left", "right", "first", "count")
        }
        real = {name: np.array([*getattr(self, name), 0.0], dtype=np.float64) for name in ("threshold", "leaf")}
        return {**whole, **real, "bits": np.array([*self.bits, 0], dtype=np.uint32)}


def _bitset(words: list[int]) -> list[int]:
    bits = [0] * (max(words) // 32 + 1) if words else []
    for word in words:
        bits[word // 32] |= 1 << (word % 32)
    return bits
