"""The bank's file for a user who has none."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from features.adapters.bank_marketing import NAME, adapt
from features.errors import AdapterError

DATA_SET = "bank-additional-full"
PATIENCE_SECONDS = 300


def fetch_bank_marketing(first_row: int) -> dict[str, pa.Table]:
    """The same tables as from the file, fetched from OpenML. Raises AdapterError when it cannot be had there."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{DATA_SET}.csv"
        command = [sys.executable, "-m", "features.adapters.openml", DATA_SET, str(file)]
        try:
            # Our own module with arguments of our own.
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)  # noqa: S603
        except subprocess.TimeoutExpired as error:
            raise _unreachable(f"no answer in {PATIENCE_SECONDS} seconds") from error
        if done.returncode:
            raise _unreachable(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "it stopped without a word")
        return adapt(file, first_row)


def _unreachable(why: str) -> AdapterError:
    return AdapterError(
        f"{NAME}: no file was named, and '{DATA_SET}' could not be fetched from OpenML, is there a network? ({why}); "
        f"get bank-additional-full.csv from the UCI Machine Learning Repository and name it: playcall ingest --adapter {NAME} FILE"
    )
