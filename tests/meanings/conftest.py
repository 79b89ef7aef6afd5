"""The desk, for meanings that are only true if the whole house keeps them."""

from small_desk import desk, furnished, home, open_desk, quiet_book

__all__ = ["desk", "furnished", "home", "open_desk", "quiet_book"]
