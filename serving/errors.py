"""The error family of serving.

PlaycallError
└── ServingError
    ├── SettingsError      a setting is missing or wrong
    ├── MomentError        a request asks for something the playbook does not declare; `field` names where
    ├── RecordError        the record store cannot keep or find a record
    │   └── UnknownDecision
    ├── OutcomeError       an outcome that cannot be; `number` names the line of a batch
    ├── KeyReused          an Idempotency-Key came back with another request
    ├── NothingLogged      there is no moment to try a draft on
    ├── PlanError          an outbound list cannot be planned as asked
    ├── NotKnown           nobody we know is asking
    ├── NotAllowed         the token's role or tenant may not do this
    ├── TooOften           one key asks more than its share; carries retry_after in seconds
    └── Overloaded         shed early; carries retry_after in seconds
"""

from features.errors import PlaycallError


class ServingError(PlaycallError):
    pass


class SettingsError(ServingError):
    pass


class MomentError(ServingError):
    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class RecordError(ServingError):
    pass


class UnknownDecision(RecordError):
    pass


class OutcomeError(ServingError):
    def __init__(self, message: str, field: str, number: int = 0) -> None:
        super().__init__(message)
        self.field = field
        self.number = number


class KeyReused(ServingError):
    field = "Idempotency-Key"


class NothingLogged(ServingError):
    pass


class NotKnown(ServingError):
    pass


class NotAllowed(ServingError):
    pass


class PlanError(ServingError):
    pass


class TooOften(ServingError):
    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Overloaded(ServingError):
    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after
