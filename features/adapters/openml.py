"""Saves the bank's file from OpenML through scikit-learn: `python -m features.adapters.openml NAME FILE`.

A program of its own, because scikit-learn takes seconds to import and no other road through ingest needs it.
"""

import sys

from sklearn.datasets import fetch_openml


def save(name: str, file: str) -> None:
    """Write the data set's rows in their own order as CSV. Raises what fetch_openml raises: OSError without network, ValueError for an unknown name."""
    fetch_openml(name=name, as_frame=True, parser="auto").frame.to_csv(file, index=False)


if __name__ == "__main__":
    save(*sys.argv[1:])
