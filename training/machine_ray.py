"""What stands at a processor of the Ray cluster: a share of the rows, and its part in growing the trees."""

import socket
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from ray.util import get_node_ip_address

from features.share import Share
from training.propensity.shares import grow_kept, grow_share
from training.read_share import Asked, Tally, read_share
from training.recent import Level
from training.training_set import Dealt


class Machine:
    """At an address of its own, which it holds until all the others have theirs."""

    def address(self) -> str:
        self.port = socket.socket()
        self.port.bind(("", 0))
        return f"{get_node_ip_address()}:{self.port.getsockname()[1]}"  # type: ignore[no-untyped-call]


class Holder(Machine):
    """Holds a share that was dealt to it."""

    def __init__(self, share: bytes) -> None:
        self.share = share

    def grow(self, settings: Mapping[str, object], rounds: int, machines: Sequence[str], place: int) -> str:
        self.port.close()
        return grow_share(self.share, settings, rounds, machines, place)


class Reader(Machine):
    """Reads a share by itself; its rows lie in a folder that goes with it."""

    def __init__(self, asked: Asked, level: Level, share: Share) -> None:
        self.asked, self.dealt = asked, Dealt(share, level)
        self.folder = tempfile.TemporaryDirectory()

    def read(self) -> Tally:
        self.kept, tally = read_share(self.asked, self.dealt, Path(self.folder.name) / "rows.parquet")
        return tally

    def grow(self, settings: Mapping[str, object], rounds: int, machines: Sequence[str], place: int, bins: bytes) -> str:
        self.port.close()
        return grow_kept(bins, self.kept, settings, rounds, machines, place)

    def close(self) -> None:
        self.folder.cleanup()
