"""What is the advice worth? Playcall and its peers in the same simulated world, the same talks, the same luck, round after round."""

import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from serving.cli.benches.policy import mab, vowpal
from serving.cli.benches.policy.asked import Pick, Policy
from serving.cli.benches.policy.centre import Centre
from serving.cli.benches.policy.context import Context
from serving.cli.benches.policy.linear import LinearBandit
from serving.cli.benches.policy.loop import Run, rows_of
from serving.cli.benches.policy.regret import draw_regret, shares
from serving.cli.benches.policy.simple import Chance, First, MostPopular, Oracle
from serving.cli.benches.policy.styled import STYLE_SPREAD, Styled
from serving.decision.decide import Models
from training.training_set import TrainingSet

CUSTOMERS, MONTHS, ROUNDS, TALKS, SEEDS = 2000, 12, 3, 700, (1, 2, 3, 4, 5)
PICTURE = Path(".benchmarks") / "policy-value.png"
PEERS = {"mabwiser": mab.installed, "vowpalwabbit": vowpal.installed}
Values = NDArray[np.float64]


def measure(train: Path | None, test: Path | None) -> dict[str, object]:
    """Needs no files. Mean true value per decision (yuan) by policy and round, and the share of the oracle's value above random; regret as a picture."""
    if train or test:
        raise click.UsageError("bench policy-value lives in a simulated world; it takes no files")
    return measured(CUSTOMERS, MONTHS, ROUNDS, TALKS, SEEDS, PICTURE)


def measured(
    customers: int, months: int, rounds: int, talks: int, seeds: tuple[int, ...], picture: Path | None = None
) -> dict[str, object]:
    """The same for any size; several seeds are several worlds, averaged, one a process. picture: where the regret curves go (PNG)."""
    size = (customers, months, rounds, talks)
    if len(seeds) == 1:
        worlds = [_world(*size, seeds[0])]
    else:
        with ProcessPoolExecutor(min(len(seeds), os.cpu_count() or 1), get_context("spawn")) as pool:
            worlds = list(pool.map(_world, *[[one] * len(seeds) for one in size], seeds))
    values = {name: np.stack([world[name] for world in worlds]).reshape(len(seeds), rounds, talks) for name in worlds[0]}
    absent = [name for name, installed in PEERS.items() if not installed()]
    for name in absent:
        click.echo(f"bench policy-value: {name} is not installed here; it is SKIPPED", err=True)
    world = {"customers": customers, "months": months, "rounds": rounds, "talks_per_round": talks, "seeds": list(seeds)}
    told: dict[str, object] = {"unit": "yuan per decision", "world": world, "policies": shares(values), "peers_skipped": absent}
    if picture is not None:
        draw_regret(values, picture)
        told["regret"] = str(picture)
    return told


def _world(customers: int, months: int, rounds: int, talks: int, seed: int) -> dict[str, Values]:
    """(rounds x talks,) true mean value of every decision by policy, in one world."""
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
        return {name: np.array(run.expected) for name, run in runs.items()}


def _runs(centre: Centre, past: TrainingSet, seed: int) -> dict[str, Run]:
    """Everybody but Playcall. Who learns starts from the same past log; words are paired by Playcall's stated rules unless a policy chooses its own."""
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
        "oracle_of_words_too": Run(Oracle(in_words=True)),
    }
    said = past.rows["style"].to_pylist()

    def styled(policy: Policy) -> Run:
        return Run(Styled.start(policy, LinearBandit(context, STYLE_SPREAD), x, said, past.label))

    runs["linucb_and_words"] = styled(LinearBandit(context, 20.0).start(x, action_ids, value))
    if mab.installed():
        runs["mabwiser_linucb_and_words"] = styled(mab.MabWiser.start(context, x, action_ids, value, seed=seed))
    if vowpal.installed():
        picks = [Pick(*pair) for pair in zip(action_ids, said, strict=True)]
        runs["vowpal_wabbit"] = Run(vowpal.VowpalWabbit.start(context, x, picks, value, rng=np.random.default_rng(seed)))
    return runs
