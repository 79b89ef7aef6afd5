"""Fetching the bank's file for a user who has none, through scikit-learn from OpenML."""

from urllib.error import URLError

import pyarrow as pa
from sklearn.datasets import fetch_openml

from features.adapters.bank_marketing import NAME, adapt_columns
from features.errors import AdapterError

DATA_SET = "bank-additional-full"


def fetch_bank_marketing(first_row: int) -> dict[str, pa.Table]:
    """The same tables as from the file. Raises AdapterError when OpenML cannot be reached or holds another file under that name."""
    try:
        fetched = fetch_openml(name=DATA_SET, as_frame=True, parser="auto")
    except (URLError, OSError, ValueError) as error:
        raise AdapterError(
            f"{NAME}: no file was named, and OpenML could not be asked for '{DATA_SET}' ({error}); "
            "get bank-additional-full.csv from the UCI Machine Learning Repository and name it: playcall ingest --adapter bank-marketing FILE"
        ) from error
    frame = fetched.frame
    columns = {str(name): [str(value) for value in frame[name]] for name in frame.columns}
    return adapt_columns(columns, first_row, f"OpenML {DATA_SET}")
