"""Where a bench finds its data: the files it was given, else the folder of shared data beside the checkout."""

from pathlib import Path

import click

_CHECKOUT = Path(__file__).parents[3]


def both(name: str, train: Path | None, test: Path | None) -> tuple[Path, Path]:
    """The two files. Raises UsageError when one is missing."""
    if train is None or test is None:
        raise click.UsageError(f"bench {name} needs --train FILE and --test FILE, two slices of the data in time order")
    return train, test


def shared(name: str) -> Path:
    """The folder ../shared/data/NAME beside the checkout or beside the working directory. Raises UsageError when there is none."""
    for beside in (_CHECKOUT, Path.cwd()):
        folder = beside.parent / "shared" / "data" / name
        if folder.is_dir():
            return folder
    raise click.UsageError(f"bench {name} finds no data at ../shared/data/{name}; name it with --train FILE --test FILE")
