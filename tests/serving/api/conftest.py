"""The desk for every noun of the API."""

from small_desk import desk, furnished, home, open_desk, quiet_book

__all__ = ["desk", "furnished", "home", "open_desk", "quiet_book"]
