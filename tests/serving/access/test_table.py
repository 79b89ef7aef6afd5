"""The table in the documentation is the table in the code."""

from pathlib import Path

from serving.access.masking import SEES, Section
from serving.access.permissions import ALLOWED, Permission, Role
from serving.settings import VARIABLES

PAGE = (Path(__file__).parents[3] / "docs" / "access.md").read_text(encoding="utf-8")


def rows() -> dict[str, list[str]]:
    lines = (line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("| "))
    return {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in lines}


def test_every_line_of_the_table_is_what_the_code_allows():
    told = rows()
    roles = told["to ..."]
    assert set(roles) == set(Role)
    for permission in Permission:
        allowed = {role for role, cell in zip(roles, told[permission.value], strict=True) if cell == "yes"}
        assert allowed == ALLOWED[permission], permission


def test_every_role_has_its_sections():
    assert set(SEES) == set(Role)
    assert Section.PERSON not in SEES[Role.OUTSOURCED_AGENT]


def test_the_settings_of_access_are_explained():
    assert {name for name in VARIABLES if any(word in name for word in ("OIDC", "RATE", "FLIGHT", "BODY", "SKEW"))} <= {
        name for name in VARIABLES if f"`{name}`" in PAGE
    }
