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
            return _told_its_arguments(ctypes.CDLL(str(built)))
        except (OSError, subprocess.SubprocessError) as failed:
            _log.warning("the trees answer through LightGBM's own predictor: %s", failed)
            return None


def _told_its_arguments(walker: ctypes.CDLL) -> ctypes.CDLL:
    address, forest = ctypes.c_void_p, (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
    walker.predict.argtypes = [*forest, address, ctypes.c_int, address, ctypes.c_int64, ctypes.c_int, address, address]
    walker.candidates.argtypes = [*forest, address, ctypes.c_int, address, ctypes.c_int64, address]
    rows = (address, ctypes.c_int64, ctypes.c_int)
    walker.crowd.argtypes = [*forest, ctypes.c_int, *rows, ctypes.c_int, address, ctypes.c_int64, address, address]
    walker.predict.restype = walker.candidates.restype = walker.crowd.restype = None
    return walker


@dataclass(frozen=True, slots=True)
class CompiledTrees:
    """Nodes and leaves of all trees, one after the other. A child below 0 is ~leaf."""

    arrays: Mapping[str, NDArray[Any]]
    roots: NDArray[np.int32]
    used: NDArray[np.int32]
    walker: ctypes.CDLL
    _struct: _Trees = field(repr=False)
    _forest: tuple[int, int, int] = field(repr=False)

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
        starts = np.array(roots, dtype=np.int32)
        forest = (ctypes.addressof(struct), _address(starts), len(starts))
        return cls(arrays, starts, used.astype(np.int32), walker, struct, forest)

    def predict(self, x: Matrix) -> Matrix:
        """(n,) raw scores of (n, columns)."""
        rows = np.ascontiguousarray(x, dtype=np.float64)
        total, varies = np.zeros(len(rows)), np.zeros(rows.shape[1] + 1, dtype=np.uint8)
        used = _address(self.used), len(self.used)
        self.walker.predict(*self._forest, *used, _address(rows), *rows.shape, _address(varies), _address(total))
        return total

    def candidates(self, row: Matrix, action: int, codes: NDArray[np.int64]) -> Matrix:
        """(n,) raw scores of one row (columns,) under each code (n,) in the place `action`; a code below 0 is missing."""
        told, asked = np.ascontiguousarray(row, dtype=np.float64), np.ascontiguousarray(codes, dtype=np.int64)
        total = np.zeros(len(asked))
        self.walker.candidates(*self._forest, _address(told), action, _address(asked), len(asked), _address(total))
        return total

    def crowd(self, x: Matrix, action: int, codes: NDArray[np.int64]) -> Matrix:
        """(n, codes) raw scores of each row of (n, columns) under each code. Other threads run meanwhile."""
        rows, asked = np.ascontiguousarray(x, dtype=np.float64), np.ascontiguousarray(codes, dtype=np.int64)
        nodes = len(self.arrays["feature"]) - 1
        total, parting = np.zeros((len(rows), len(asked))), np.empty(nodes + 1, dtype=np.uint64)
        given = _address(rows), *rows.shape, action, _address(asked), len(asked)
        self.walker.crowd(*self._forest, nodes, *given, _address(parting), _address(total))
        return total


def _address(array: NDArray[Any]) -> int:
    return int(array.__array_interface__["data"][0])


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
