"""Trees from rows that lie on several machines: each holds a share and they add up their histograms, so every tree is grown from all rows."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from training.kept_rows import BATCH, KeptRows
from training.propensity.boosting import FEW_ROWS, Grow

Spread = Callable[[int, Iterator[bytes], Mapping[str, object], int], str]
"""So many shares, the shares, settings and rounds: calls `grow_share` at as many machines, and gives the text of the first."""


def in_shares(most: int, spread: Spread) -> Grow:
    """Grows in so many shares as `parts_for` says."""

    def grow(rows: lgb.Dataset, settings: Mapping[str, object], rounds: int) -> lgb.Booster:
        parts = parts_for(rows.construct().num_data(), most)
        return lgb.Booster(model_str=spread(parts, shares_of(rows, parts), settings, rounds))

    return grow


def parts_for(rows: int, most: int) -> int:
    """At most so many shares; in fewer than that, but in two, where a share would hold few rows."""
    return min(most, max(2, rows // FEW_ROWS))


def from_bins(spread: Callable[[bytes, Mapping[str, object], int], str]) -> Grow:
    """Grows from rows that lie elsewhere: those given say the bins. spread: calls `grow_kept` at all machines, and gives the text of the first."""

    def grow(rows: lgb.Dataset, settings: Mapping[str, object], rounds: int) -> lgb.Booster:
        return lgb.Booster(model_str=spread(bins_of(rows), settings, rounds))

    return grow


def shares_of(rows: lgb.Dataset, parts: int) -> Iterator[bytes]:
    """Every parts-th row with its label, in LightGBM's binary form, a byte or so a value. The bins, missing values and words are those of all rows."""
    whole = rows.construct()
    with tempfile.TemporaryDirectory() as folder:
        for part in range(parts):
            file = Path(folder) / f"share-{part}"
            whole.subset(np.arange(part, whole.num_data(), parts)).construct().save_binary(str(file))  # type: ignore[arg-type]
            yield file.read_bytes()
            file.unlink()


def bins_of(rows: lgb.Dataset) -> bytes:
    """Two of the rows in LightGBM's binary form: that holds the bins of all."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bins"
        rows.construct().subset(np.arange(2)).construct().save_binary(str(file))  # type: ignore[arg-type]
        return file.read_bytes()


def grow_share(share: bytes, settings: Mapping[str, object], rounds: int, machines: Sequence[str], place: int) -> str:
    """The model's text, its trees the same at each of the machines ("address:port"). place: which of them this is. To be called at all of them at once."""
    mine = _at_place(settings, machines, place)
    return _grown(_from_binary(share, mine), mine, rounds)


def grow_kept(bins: bytes, kept: KeptRows, settings: Mapping[str, object], rounds: int, machines: Sequence[str], place: int) -> str:
    """The same where the rows lie at the machines already, and are binned there. bins: see `bins_of`."""
    mine = _at_place(settings, machines, place)
    batches: list[lgb.Sequence] = [_Batch(kept, number) for number in range(len(kept.batches))]
    rows = lgb.Dataset(batches, kept.label, weight=kept.weight, reference=_from_binary(bins, mine), params=mine)
    return _grown(rows.construct(), mine, rounds)


class _Batch(lgb.Sequence):
    """LightGBM asks for all rows of a batch at once, and never again."""

    batch_size = BATCH

    def __init__(self, kept: KeptRows, place: int) -> None:
        self.kept, self.place = kept, place

    def __len__(self) -> int:
        return self.kept.batches[self.place]

    def __getitem__(self, asked: int | slice | list[int]) -> NDArray[np.float64]:
        return np.asarray(self.kept.batch(self.place)[asked], dtype=np.float64)


def _at_place(settings: Mapping[str, object], machines: Sequence[str], place: int) -> dict[str, object]:
    return {
        **settings,
        "tree_learner": "data",
        "pre_partition": True,
        "machines": ",".join(machines),
        "num_machines": len(machines),
        "local_listen_port": int(machines[place].rpartition(":")[2]),
        "num_threads": 1,
        # Neighbours in time lie at different machines: with one seed for all they would be drawn together.
        "bagging_seed": len(machines) * int(str(settings["seed"])) + place,
    }


def _from_binary(rows: bytes, settings: dict[str, object]) -> lgb.Dataset:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows"
        file.write_bytes(rows)
        return lgb.Dataset(str(file), params=settings).construct()


def _grown(rows: lgb.Dataset, settings: dict[str, object], rounds: int) -> str:
    return _without_addresses(lgb.train(settings, rows, num_boost_round=rounds).model_to_string())


def _without_addresses(text: str) -> str:
    """Where the machines were is no part of the model: the same rows and seed give the same file."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(("[machines:", "[local_listen_port:")))
