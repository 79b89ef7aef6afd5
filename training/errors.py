"""The error family of training.

PlaycallError
└── TrainingError
    ├── TooFewLabels       the tables hold too little to learn from
    ├── NoModel            no version or alias of that name in the registry
    │   └── NotTrusted     there is one, and its files are not what a trusted key has signed
    ├── NotPromoted        the challenger failed the promotion test, or there is no champion to go back to
    ├── LogError           a log or a candidate policy cannot be read as one
    ├── ZeroSupport        an estimate was asked where the log never acted
    └── TooLittleOverlap   the log acted there so seldom that an interval would be a guess
"""

from features.errors import PlaycallError


class TrainingError(PlaycallError):
    pass


class TooFewLabels(TrainingError):
    pass


class NoModel(TrainingError):
    pass


class NotTrusted(NoModel):
    pass


class NotPromoted(TrainingError):
    pass


class LogError(TrainingError):
    pass


class ZeroSupport(TrainingError):
    pass


class TooLittleOverlap(TrainingError):
    pass
