"""The error family of training.

PlaycallError
└── TrainingError
    ├── TooFewLabels       the tables hold too little to learn from
    ├── NoModel            no version or alias of that name in the registry
    ├── NotPromoted        the challenger failed the promotion test
    └── ZeroSupport        an estimate was asked where the log never acted
"""

from features.errors import PlaycallError


class TrainingError(PlaycallError):
    pass


class TooFewLabels(TrainingError):
    pass


class NoModel(TrainingError):
    pass


class NotPromoted(TrainingError):
    pass


class ZeroSupport(TrainingError):
    pass
