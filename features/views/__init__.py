"""The views in the order they are computed; a view may read the features of those before it."""

from features.views.channel_usage import CHANNEL_USAGE
from features.views.dissatisfaction import STATED, dissatisfaction
from features.views.profile import PROFILE
from features.views.proposal_history import PROPOSAL_HISTORY
from features.views.service_history import SERVICE_HISTORY
from features.views.spending import SPENDING
from features.views.view import View

VIEWS: tuple[View, ...] = (PROFILE, SPENDING, CHANNEL_USAGE, SERVICE_HISTORY, PROPOSAL_HISTORY, dissatisfaction(STATED))
