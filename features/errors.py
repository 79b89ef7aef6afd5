"""The error family of features.

PlaycallError
└── FeatureError           something about events, views or the stores
    ├── TableError         a file or row set does not fit its event table
    ├── AdapterError       a foreign file cannot be read as our tables
    ├── ViewError          a view cannot be built or is not built yet
    └── OnlineStoreError   the online store cannot be read or written
"""


class PlaycallError(Exception):
    """The root of every error Playcall raises on purpose. The message names the thing, the place and the mend."""


class FeatureError(PlaycallError):
    pass


class TableError(FeatureError):
    pass


class AdapterError(FeatureError):
    pass


class ViewError(FeatureError):
    pass


class OnlineStoreError(FeatureError):
    pass
