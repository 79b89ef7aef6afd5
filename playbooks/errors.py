"""The error family of playbooks. It has its own root: playbooks know nothing of features.

PlaybookError              the message reads `file:line: what is wrong; the mend`
├── PlaybookInvalid        one or more findings; `findings` holds them all
├── ExpressionError        a condition cannot be compiled
├── RenderError            a script cannot be rendered
├── VersionConflict        somebody else changed the draft in between
├── VersionsAway           the database of drafts and versions cannot be reached
├── VersionNotFound        no such draft or version
├── FieldNotFound          a path names no value of a file
├── FieldNotSet            a value cannot be set and everything else left as it is
├── StepNotAllowed         a draft cannot take this step now
│   └── OwnWords           nobody approves what they wrote
└── NothingToPreview       no such action, or no script of it for this channel, language and style
"""

from playbooks.merging.conflict import Conflict


class PlaybookError(Exception):
    pass


class PlaybookInvalid(PlaybookError):
    findings: tuple[str, ...] = ()


class ExpressionError(PlaybookError):
    pass


class RenderError(PlaybookError):
    pass


class VersionConflict(PlaybookError):
    """conflicts: what both changed; empty where it is not about what files say."""

    def __init__(self, message: str, conflicts: tuple[Conflict, ...] = ()) -> None:
        super().__init__(message)
        self.conflicts = conflicts


class VersionsAway(PlaybookError):
    pass


class VersionNotFound(PlaybookError):
    pass


class FieldNotFound(PlaybookError):
    pass


class FieldNotSet(PlaybookError):
    pass


class StepNotAllowed(PlaybookError):
    pass


class OwnWords(StepNotAllowed):
    pass


class NothingToPreview(PlaybookError):
    pass
