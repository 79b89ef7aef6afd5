"""Where a bench finds its data: the files it was given, else the folder of shared data beside the checkout."""

import gzip
from pathlib import Path

import click

_CHECKOUT = Path(__file__).parents[3]


def in_time_order(name: str, train: Path | None, test: Path | None, folder: Path) -> tuple[Path, Path]:
    """The two files given; with none given the shared train.csv.gz, cut into its first nine tenths and its last tenth (written to `folder`)."""
    if train is not None and test is not None:
        return train, test
    if train is not None or test is not None:
        raise click.UsageError(f"bench {name} needs --train FILE and --test FILE, two slices of the data in time order, or neither")
    with gzip.open(shared(name) / "train.csv.gz", "rt", encoding="utf-8") as file:
        header, *lines = file.readlines()
    cut = len(lines) * 9 // 10
    older, newer = folder / "older.csv", folder / "newer.csv"
    older.write_text("".join([header, *lines[:cut]]), encoding="utf-8")
    newer.write_text("".join([header, *lines[cut:]]), encoding="utf-8")
    return older, newer


def joined(older: Path, newer: Path, folder: Path) -> tuple[Path, int]:
    """One file of both (written to `folder`) and how many rows are of the older. Read apart, two slices that share a day would lie over each other.

    Raises UsageError when their headers differ.
    """
    header, *first = _lines(older)
    other, *second = _lines(newer)
    if header.strip() != other.strip():
        raise click.UsageError(f"{newer}: its first line is not that of {older}; give two slices of one file, each with the header")
    whole = folder / "whole.csv"
    whole.write_text("".join([header, *first, *second]), encoding="utf-8")
    return whole, len(first)


def _lines(path: Path) -> list[str]:
    """The lines that hold something, each with its end."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    return [f"{line}\n" for line in text.splitlines() if line.strip()]


def shared(name: str) -> Path:
    """The folder ../shared/data/NAME beside the checkout or beside the working directory. Raises UsageError when there is none."""
    for beside in (_CHECKOUT, Path.cwd()):
        folder = beside.parent / "shared" / "data" / name
        if folder.is_dir():
            return folder
    raise click.UsageError(f"bench {name} finds no data at ../shared/data/{name}; name it with --train FILE --test FILE")
