"""The truth's arithmetic: the log-odds that a customer accepts an action, in this style, in this scene, after all that was shown before.

Only truth.py asks it; nothing of it is ever written to a table.
"""

from dataclasses import dataclass

import numpy as np

from features.simulator.dice import Flags, Floats, Ints
from features.simulator.months import day_of_month
from features.simulator.people import People
from features.simulator.scenes import Scenes
from features.simulator.words import ACTION_IDS, ACTIONS, CHANNELS, KINDS, REASONS, SPOKEN

_KIND = np.array([KINDS.index(action.kind) for action in ACTIONS])
_FITS = np.array([[reason in action.reasons for reason in REASONS] for action in ACTIONS])
_ONCE = np.array([action.once for action in ACTIONS])
_SPOKEN = np.array([channel in SPOKEN for channel in CHANNELS])
# By kind: sell, retain, recover, reactivate, serve, educate.
_BY_SENTIMENT = np.array([0.9, 0.4, -1.4, 0.8, -0.3, 0.6])
_BY_EMOTION = np.array([-0.6, 0.1, 0.9, -0.4, 0.0, -0.5])
_BY_TRUST = np.array([1.6, -0.8, -0.6, 0.8, 0.6, 1.0])
_BY_QUIET = np.array([-0.8, 0.9, 0.0, 1.8, -0.2, -0.6])
# Set so that the random policy's proposals of every action find about the same share of yes: the action's name alone then tells little.
_BASE_LOG_ODDS = {
    "bill_instalment": -2.96,
    "limit_raise": -2.36,
    "supplementary_card": -2.81,
    "travel_insurance": -2.53,
    "points_mall": -2.79,
    "fee_waiver": -2.84,
    "stay_offer": -2.70,
    "complaint_care": -4.32,
    "apology_points": -3.91,
    "wake_up_cashback": -3.08,
    "first_use_gift": -3.31,
    "callback": -3.14,
    "specialist_transfer": -2.73,
    "self_service_guide": -2.87,
    "app_binding": -1.58,
    "wechat_binding": -1.91,
    "autopay": -1.78,
    "ebill": -1.85,
    "term_deposit": -3.06,
}
_BASE = np.array([_BASE_LOG_ODDS[action_id] for action_id in ACTION_IDS])
_FINANCE = np.isin(_KIND, (KINDS.index("sell"), KINDS.index("serve")))


@dataclass(frozen=True, slots=True)
class Standing:
    """How n customers stand at n moments. trust, activity in [0, 1]; owned: has this action's thing already; shown, declined: times this
    action was presented in the last 60 days and declined in the last 90.
    """

    trust: Floats
    activity: Floats
    owned: Flags
    shown: Floats
    declined: Floats


def accept_log_odds(people: People, scenes: Scenes, action: Ints, style: Ints, standing: Standing) -> Floats:
    """(n,) log-odds. action: index into ACTIONS, style: index into STYLES, one a row."""
    kind = _KIND[action]
    score: Floats = _BASE[action] + _need(people, scenes, action, standing)
    score += _BY_SENTIMENT[kind] * scenes.sentiment + _BY_EMOTION[kind] * scenes.emotion
    score += _BY_TRUST[kind] * (standing.trust - 0.6) + _BY_QUIET[kind] * (1.0 - standing.activity)
    score += _style(people, scenes, action, style)
    score += _circumstance(people, scenes, action)
    tired: Floats = 0.45 * standing.shown + 0.7 * standing.declined
    score -= people.sensitivity[scenes.who] * tired + 2.6 * (standing.owned & _ONCE[action])
    return score


def _need(people: People, scenes: Scenes, action: Ints, standing: Standing) -> Floats:
    """A need counts in full only for those who trust us and are asked in a fitting talk; a strong need more than doubles a fair one."""
    need = people.need[scenes.who, action]
    fits = _FITS[action, scenes.reason]
    pull: Floats = (1.25 * need + 0.35 * np.maximum(need, 0.0)) * (0.75 + 0.5 * standing.trust) * np.where(fits, 1.15, 1.0)
    pull += 0.8 * fits
    return pull


def _style(people: People, scenes: Scenes, action: Ints, style: Ints) -> Floats:
    """The language this person likes, plus what the scene asks for: warmth in a mood, brevity in writing, an expert about money."""
    liking: Floats = 0.75 * people.style[scenes.who, style]
    warm = (style == 0) & scenes.emotion
    brief = (style == 1) & ~_SPOKEN[scenes.channel]
    expert = (style == 2) & _FINANCE[action]
    liking += 0.35 * warm + 0.3 * brief + 0.3 * expert
    return liking


def _circumstance(people: People, scenes: Scenes, action: Ints) -> Floats:
    """Open matters close the door to selling, and what went wrong opens the one to amends; a full purse helps shortly after payday."""
    kind = _KIND[action]
    selling = kind == KINDS.index("sell")
    recovering = kind == KINDS.index("recover")
    serving = kind == KINDS.index("serve")
    trouble = np.minimum(scenes.wait / 180.0, 1.5) + 0.5 * scenes.transfers
    score: Floats = np.where(scenes.resolved, 0.0, np.where(recovering | serving, 0.5, -1.6))
    score += np.where(recovering, 0.6 * trouble - 0.3, np.where(selling, -0.35 * trouble, 0.0))
    score += 1.2 * recovering * scenes.complaint - 1.5 * selling * scenes.complaint
    since_payday: Ints = (day_of_month(scenes.at) - people.payday[scenes.who]) % 30
    score += 0.4 * (selling & (since_payday < 6)) * (people.drivers["thrift"][scenes.who] > 0)
    score += 0.5 * (action == ACTION_IDS.index("callback")) * np.minimum(scenes.wait / 60.0, 2.0)
    return score
