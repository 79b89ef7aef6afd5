"""How customers stand with the house as life goes on: trust, activity, what they own, what they were shown, and consent."""

from dataclasses import dataclass

import numpy as np

from features.simulator.acceptance import Standing
from features.simulator.answers import Answers
from features.simulator.dice import Flags, Floats, Ints
from features.simulator.memory import DECLINED_WINDOW, SHOWN_WINDOW, Memory
from features.simulator.months import month_of
from features.simulator.people import People
from features.simulator.scenes import UNHAPPY, Scenes
from features.simulator.words import ACTIONS, KINDS

NEVER = np.iinfo(np.int64).max
QUIET = 0.06
"""Activity of somebody who has gone quiet: now and then a purchase."""
_KIND = np.array([KINDS.index(action.kind) for action in ACTIONS])
_SELL, _RETAIN, _RECOVER, _REACTIVATE = (KINDS.index(kind) for kind in ("sell", "retain", "recover", "reactivate"))


@dataclass(slots=True)
class Society:
    """The state of all customers. trust (n,) in [0, 1]; activity (n, months) share of the usual spending, 1 is usual;
    owned_from (n, actions) seconds since 1970; edges: the months' borders."""

    edges: Ints
    trust: Floats
    activity: Floats
    owned_from: Ints
    may_market: Flags
    shown: Memory
    declined: Memory

    @classmethod
    def at_start(cls, people: People, edges: Ints) -> "Society":
        months = np.arange(len(edges) - 1)
        return cls(
            edges=edges,
            trust=people.trust.copy(),
            activity=np.where(months >= people.quiet_from[:, None], QUIET, 1.0),
            owned_from=np.where(people.owned, edges[0], NEVER),
            may_market=people.consent.copy(),
            shown=Memory.empty(people.count, len(ACTIONS), SHOWN_WINDOW),
            declined=Memory.empty(people.count, len(ACTIONS), DECLINED_WINDOW),
        )

    def activity_at(self, who: Ints, at: Ints) -> Floats:
        return self.activity[who, month_of(self.edges, at)]

    def standing(self, who: Ints, action: Ints, at: Ints) -> Standing:
        return Standing(
            trust=self.trust[who],
            activity=self.activity_at(who, at),
            owned=self.owned_from[who, action] < at,
            shown=self.shown.count(who, action, at),
            declined=self.declined.count(who, action, at),
        )

    def remember(self, who: Ints, action: Ints, at: Ints, answers: Answers) -> None:
        """Keep what was shown and answered. Each customer occurs once."""
        self.shown.note(who, action, at)
        no, yes = np.flatnonzero(answers.declined), np.flatnonzero(answers.accepted)
        self.declined.note(who[no], action[no], at[no])
        self.owned_from[who[yes], action[yes]] = np.minimum(self.owned_from[who[yes], action[yes]], at[yes])
        self.may_market[who[answers.opted_out]] = False

    def respond(self, who: Ints, action: Ints, at: Ints, answers: Answers) -> Flags:
        """(n,) who was won back.

        Amends and offers to stay win back trust and spending, waking offers wake; a refused pitch costs a little trust.
        """
        kind = _KIND[action]
        kept = answers.accepted & np.isin(kind, (_RETAIN, _RECOVER))
        woken = answers.accepted & (kind == _REACTIVATE)
        pushed = (answers.declined | answers.opted_out) & (kind == _SELL)
        self.trust[who] = np.clip(self.trust[who] + 0.12 * kept + 0.04 * answers.accepted - 0.03 * pushed, 0.02, 0.98)
        self._lift(who[kept], at[kept], np.minimum(1.0, self._next(who[kept], at[kept]) * 1.7))
        self._lift(who[woken], at[woken], np.full(int(woken.sum()), 0.85))
        back: Flags = kept | woken
        return back

    def _next(self, who: Ints, at: Ints) -> Floats:
        coming: Floats = self.activity[who, np.minimum(month_of(self.edges, at) + 1, self.activity.shape[1] - 1)]
        return coming

    def _lift(self, who: Ints, at: Ints, level: Floats) -> None:
        later = np.arange(self.activity.shape[1]) > month_of(self.edges, at)[:, None]
        self.activity[who] = np.where(later, np.maximum(self.activity[who], level[:, None]), self.activity[who])

    def feel(self, scenes: Scenes, won_back: Flags, rng: np.random.Generator) -> None:
        """What a talk leaves behind. The unhappy trust less, many spend less, some leave, mostly silent; a few of the quiet wake."""
        who, unhappy = scenes.who, scenes.mood < UNHAPPY
        trust = self.trust[who]
        target = np.clip(0.55 + 0.5 * scenes.mood, 0.0, 1.0)
        self.trust[who] = np.clip(trust + np.where(unhappy, 0.3, 0.08) * (target - trust), 0.02, 0.98)
        fate = rng.random(len(who)) / np.where(won_back, 0.2, 1.0)
        leaves = unhappy & (fate < 0.16 * (1.1 - trust))
        less = unhappy & ~leaves & (fate < 0.6 * (1.1 - trust))
        factor = np.where(leaves, QUIET, np.where(less, rng.uniform(0.45, 0.85, len(who)), 1.0))
        later = np.arange(self.activity.shape[1]) > month_of(self.edges, scenes.at)[:, None]
        self.activity[who] = np.where(later, self.activity[who] * factor[:, None], self.activity[who])
        wakes = (self.activity_at(who, scenes.at) < 0.3) & ~leaves & (rng.random(len(who)) < 0.05)
        self._lift(who[wakes], scenes.at[wakes], np.full(int(wakes.sum()), 0.7))
