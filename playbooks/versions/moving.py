"""From one cabinet to another, so that nothing published is lost when the place changes."""

from playbooks.versions.cabinet import Cabinet


def move_in(old: Cabinet, new: Cabinet) -> bool:
    """Copy everything from `old` where `new` holds nothing yet; the old one stays as it is. True when something was copied."""
    with new.open() as there:
        if there.names(""):
            return False
        with old.open() as here:
            found = here.bodies("")
        for name, body in found.items():
            there.write(name, body)
        return bool(found)
