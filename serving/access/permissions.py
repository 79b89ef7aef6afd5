"""Who may what: the one table. A route names a permission in its signature, and docs/access.md shows the table."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    AGENT = "agent"
    OUTSOURCED_AGENT = "outsourced_agent"
    MANAGER = "manager"
    APPROVER = "approver"
    SCIENTIST = "scientist"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Permission(StrEnum):
    """What can be done, said as a deed."""

    ADVISE = "ask for advice in a talk, follow it and report what became of it"
    SEND_EVENTS = "send events of customers"
    READ_DECISION = "read a decision and why it was made"
    READ_RECORD = "read what is kept beside a decision"
    READ_CUSTOMER = "read what is known of a customer"
    READ_WORDS = "search scripts and knowledge"
    GIVE_FEEDBACK = "say whether words or advice helped"
    READ_BOOK = "read drafts and versions of the playbook"
    WRITE_BOOK = "propose and write drafts"
    SUBMIT_BOOK = "send a draft to review"
    TRY_BOOK = "try a draft on past moments"
    APPROVE_BOOK = "approve, publish and roll back"
    READ_INSIGHTS = "read figures about actions, styles and channels"
    READ_AUDIT = "read who did what"
    MERGE_CUSTOMERS = "merge customers who are one person, and part them"
    READ_MERGES = "read how customers were merged and parted"
    HOLD_PERSONAL_DATA = "export or erase what is kept of a person"


_R = Role
_ALL = frozenset(Role)
_AT_THE_DESK = frozenset({_R.AGENT, _R.OUTSOURCED_AGENT, _R.MANAGER, _R.ADMIN})
_OUTSIDE = frozenset({_R.OUTSOURCED_AGENT})

ALLOWED: Mapping[Permission, frozenset[Role]] = {
    Permission.ADVISE: _AT_THE_DESK,
    Permission.SEND_EVENTS: _AT_THE_DESK - _OUTSIDE,
    Permission.READ_DECISION: _ALL,
    Permission.READ_RECORD: _ALL - _OUTSIDE,
    Permission.READ_CUSTOMER: _ALL - {_R.APPROVER},
    Permission.READ_WORDS: _ALL,
    Permission.GIVE_FEEDBACK: _ALL - {_R.AUDITOR},
    Permission.READ_BOOK: _ALL - _OUTSIDE,
    Permission.WRITE_BOOK: frozenset({_R.AGENT, _R.MANAGER, _R.ADMIN}),
    Permission.SUBMIT_BOOK: frozenset({_R.MANAGER, _R.ADMIN}),
    Permission.TRY_BOOK: frozenset({_R.MANAGER, _R.APPROVER, _R.ADMIN}),
    Permission.APPROVE_BOOK: frozenset({_R.APPROVER, _R.ADMIN}),
    Permission.READ_INSIGHTS: frozenset({_R.MANAGER, _R.APPROVER, _R.SCIENTIST, _R.AUDITOR, _R.ADMIN}),
    Permission.READ_AUDIT: frozenset({_R.AUDITOR, _R.ADMIN}),
    Permission.MERGE_CUSTOMERS: frozenset({_R.MANAGER, _R.ADMIN}),
    Permission.READ_MERGES: frozenset({_R.MANAGER, _R.AUDITOR, _R.ADMIN}),
    Permission.HOLD_PERSONAL_DATA: frozenset({_R.ADMIN}),
}

KEPT_FIRST = frozenset(
    {
        Permission.READ_DECISION,
        Permission.READ_RECORD,
        Permission.READ_CUSTOMER,
        Permission.READ_AUDIT,
        Permission.MERGE_CUSTOMERS,
        Permission.READ_MERGES,
        Permission.HOLD_PERSONAL_DATA,
    }
)
"""Deeds that concern persons and leave no record of their own here: the audit line is on disk before they are answered."""
