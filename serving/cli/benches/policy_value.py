"""What is the advice worth? Playcall and its peers in the same simulated world, the same talks, the same luck, round after round."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from serving.cli.benches.policy.centre import Centre
from serving.cli.benches.policy.context import Context
from serving.cli.benches.policy.linear import LinearBandit
from serving.cli.benches.policy.loop import Run, rows_of
from serving.cli.benches.policy.mab import POLICIES, MabWiser, installed
from serving.cli.benches.policy.simple import Chance, First, MostPopular, Oracle
from serving.decision.decide import Models
from training.training_set import TrainingSet

CUSTOMERS, MONTHS, ROUNDS, TALKS, SEEDS = 1500, 8, 4, 700, (1,)
Values = NDArray[np.float64]


def measure(train: Path | None, test: Path | None) -> dict[str, object]:
    """Needs no files. Mean true value per decision (yuan) by policy and round, and the share of the oracle's value above random."""
    if train or test:
        raise click.UsageError("bench policy-value lives in a simulated world; it takes no files")
    return measured(CUSTOMERS, MONTHS, ROUNDS, TALKS, SEEDS)


def measured(customers: int, months: int, rounds: int, talks: int, seeds: tuple[int, ...]) -> dict[str, object]:
    """The same for any size; several seeds are several worlds, averaged."""
    worlds = [_world(customers, months, rounds, talks, seed) for seed in seeds]
    by_policy = {name: np.mean([world[name] for world in worlds], axis=0) for name in worlds[0]}
    floor, ceiling = by_policy["random"], by_policy["oracle"]
    figures = {name: _figures(values, floor, ceiling) for name, values in by_policy.items()}
    absent = [] if installed() else ["mabwiser"]
    for name in absent:
        click.echo(
            f"bench policy-value: {name} is not installed here; it is SKIPPED, our own LinUCB and Thompson sampling stand in", err=True
        )
    world = {"customers": customers, "months": months, "rounds": rounds, "talks_per_round": talks, "seeds": list(seeds)}
    return {"unit": "yuan per decision", "world": world, "policies": figures, "peers_skipped": absent}


def _figures(values: Values, floor: Values, ceiling: Values) -> Mapping[str, object]:
    share = (values - floor) / (ceiling - floor)
    return {
        "by_round": values.round(4).tolist(),
        "mean": float(values.mean()),
        "share_of_oracle_by_round": share.round(4).tolist(),
        "share_of_oracle": float((values.mean() - floor.mean()) / (ceiling.mean() - floor.mean())),
    }


def _world(customers: int, months: int, rounds: int, talks: int, seed: int) -> dict[str, Values]:
    """(rounds,) mean value per decision by policy, in one world."""
    with tempfile.TemporaryDirectory() as folder:
        centre = Centre.open(Path(folder), customers, months, seed)
        past = centre.labelled()
        models = Models(centre.train())
        runs = _runs(centre, past, seed)
        runs["playcall"] = Run(First(), lambda: models)
        after = centre.truth.next_interactions(1, np.random.default_rng(seed))[0].moment.at
        for number in range(rounds):
            rng = np.random.default_rng([seed, number])
            asked = centre.truth.next_interactions(talks, rng, after=after, days=30.0)
            luck = rng.random((talks, 2))
            for name, run in runs.items():
                done = run.play(centre, asked, luck)
                run.policy.learn([told for told, _, _ in done])
                if name == "playcall" and number + 1 < rounds:
                    centre.bring(*rows_of(done, run))
                    models = Models(centre.train())
            after = asked[-1].moment.at
        return {name: np.array(run.expected).reshape(rounds, talks).mean(axis=1) for name, run in runs.items()}


def _runs(centre: Centre, past: TrainingSet, seed: int) -> dict[str, Run]:
    """Everybody but Playcall. Who learns starts from the same past log; words are paired by Playcall's rules for all but the last oracle."""
    action_ids = past.action_ids
    value = past.label * np.array([centre.playbook.actions[action_id].value for action_id in action_ids])
    context = Context.of(past.schema, past.rows)
    x = context.matrix(past.rows)
    brought = {action_id: float(value[np.array(action_ids) == action_id].sum()) for action_id in set(action_ids)}
    shown = {action_id: action_ids.count(action_id) for action_id in set(action_ids)}
    runs = {
        "random": Run(Chance(np.random.default_rng(seed))),
        "most_popular": Run(MostPopular(brought, shown)),
        "rule_book": Run(First()),
        "linucb": Run(LinearBandit(context, 20.0).start(x, action_ids, value)),
        "thompson": Run(LinearBandit(context, 10.0, np.random.default_rng(seed)).start(x, action_ids, value)),
        "oracle": Run(Oracle()),
        "oracle_of_words_too": Run(Oracle(), best_style=True),
    }
    if installed():
        runs |= {name: Run(MabWiser.start(name, context, x, action_ids, value, seed=seed)) for name in POLICIES}
    return runs
