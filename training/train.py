"""Retraining, a line per step: labels and features -> split by time -> recipe, members, calibration -> evaluation -> registry."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path

import pyarrow.compute as pc

from features.events.lake import Lake
from features.home import Home
from features.transform import views_fingerprint
from playbooks.schema.playbook import Playbook
from training.adversarial import DATED
from training.card.figures import card_of
from training.card.words import CARD, card_in_words
from training.engine import HERE, Engine
from training.evaluation.discrimination import lift_by_decile
from training.evaluation.measures import measures
from training.evaluation.plots import draw
from training.fit import TEST, Fitted
from training.forward import Choice, Search
from training.label_table import answers
from training.learn import Lesson, learn
from training.registry import CHALLENGER, LEARNED_UNTIL, Registry
from training.registry_champions import WITHDRAWN
from training.training_set import TrainingSet
from training.uplift.experiment import experiments
from training.uplift.learn import Verdict
from training.uplift.learn import learn as gains_of


@dataclass(frozen=True, slots=True)
class TrainReport:
    """metrics are those of the newest tenth, which neither members nor calibration have seen. incremental: by action id, what its experiment showed."""

    version: str
    labels: int
    rounds: int
    metrics: Mapping[str, float]
    incremental: Mapping[str, str] = field(default_factory=dict)


def windows_of(playbook: Playbook) -> dict[str, timedelta]:
    return {action_id: action.response_window for action_id, action in playbook.actions.items()}


def kinds_of(playbook: Playbook) -> dict[str, str]:
    return {action_id: action.kind.value for action_id, action in playbook.actions.items()}


def train(
    home: Home,
    playbook: Playbook,
    at: datetime,
    seed: int = 1,
    tracking_uri: str | None = None,
    search: Search | None = None,
    engine: Engine = HERE,
    *,
    weighed: bool = False,
) -> TrainReport:
    """Train on what was known at `at`, register the model and set it as challenger. search, weighed: see `fit`. Raises TooFewLabels."""
    lake = Lake(home)
    learned = learn(lake, Lesson(windows_of(playbook), kinds_of(playbook), at, seed, search, weighed), engine)
    labelled, older = learned.labelled, learned.labelled.part(0, TEST)
    fitted, shown = _with_gains(learned.fitted, lake, playbook, older, at, seed)
    newest = labelled.part(TEST, 1)
    probability = fitted.scorer.predict(newest.rows)
    metrics = measures(newest.label, probability)
    lift = {f"lift_decile_{place}": value for place, value in enumerate(lift_by_decile(newest.label, probability), 1)}
    origin = {**_learned_from(lake, playbook, at, seed), "labels": learned.labels, "at": at.isoformat(), LEARNED_UNTIL: _newest(older)}
    origin |= learned.told
    if weighed:
        origin["weighed"] = "by the logged probability"
    card = card_of(fitted, labelled, newest, probability, playbook, origin, metrics)
    documents: dict[str, dict[str, object] | str] = {"selection.json": _why(fitted.choice), CARD: card_in_words(card)}
    if shown:
        documents["incremental.json"] = {action_id: verdict.to_json() for action_id, verdict in shown.items()}
    registry = Registry(home, tracking_uri)
    with tempfile.TemporaryDirectory() as plots:
        pictures = draw(newest.label, probability, Path(plots))
        version = registry.log(fitted.scorer, origin | _recipe(fitted.choice), metrics | lift, pictures, documents)
    registry.set_alias(CHALLENGER, version)
    return TrainReport(version, learned.labels, fitted.choice.recipe.rounds, metrics, {name: str(one) for name, one in shown.items()})


def _with_gains(
    fitted: Fitted, lake: Lake, playbook: Playbook, learned: TrainingSet, at: datetime, seed: int
) -> tuple[Fitted, dict[str, Verdict]]:
    """With the uplift of the actions whose experiments show one; nothing is read where no action has an experiment."""
    found = experiments(lake, playbook, at)
    if not found:
        return fitted, {}
    gains, shown = gains_of(lake, fitted.scorer.columns, learned.schema, found, seed)
    return replace(fitted, scorer=replace(fitted.scorer, gains=gains)), shown


def stale(home: Home, playbook: Playbook, at: datetime, seed: int = 1, tracking_uri: str | None = None) -> bool:
    """Would training now learn from anything else than the challenger did, or the version rolled back? A closed window is something else, other tables too."""
    registry = Registry(home, tracking_uri)
    known = registry.parameters(CHALLENGER) or registry.parameters(WITHDRAWN)
    return any(known.get(name) != str(value) for name, value in _learned_from(Lake(home), playbook, at, seed).items())


def _newest(learned: TrainingSet) -> str:
    """When the newest of these proposals was made, ISO 8601 in UTC."""
    at: datetime = learned.at[-1].astype("datetime64[us]").item()
    return at.replace(tzinfo=UTC).isoformat()


def _learned_from(lake: Lake, playbook: Playbook, at: datetime, seed: int) -> dict[str, object]:
    """What decides the model: the tables, the views, the answers known at `at` with their windows, the experiments of actions that have one, and the seed."""
    running = "; ".join(f"{action_id}: {one.described}" for action_id, one in experiments(lake, playbook, at).items())
    answered = answers(lake, windows_of(playbook), at)["label"]
    return {
        "fingerprint": lake.fingerprint(),
        "views": views_fingerprint(lake),
        "answers": len(answered),
        "yes": int(pc.sum(answered).as_py() or 0),
        "seed": seed,
        **({"incremental": blake2b(running.encode(), digest_size=8).hexdigest()} if running else {}),
    }


def _recipe(choice: Choice) -> dict[str, object]:
    recipe = choice.recipe
    return {
        "rounds": recipe.rounds,
        "tree_share": recipe.tree_share,
        "half_life": recipe.half_life or "none",
        "dated_columns": len(recipe.dropped[-1]),
        **({"tune": len(choice.trials)} if choice.trials else {}),
        **{f"trees_{name}": value for name, value in recipe.tuned},
    }


def _why(choice: Choice) -> dict[str, object]:
    """Every candidate's log loss over the forward folds, best first, and how well each column tells the date."""
    return {
        "chosen": choice.name,
        "fold_log_loss": dict(sorted(choice.loss.items(), key=lambda item: item[1])),
        "adversarial_auc": dict(sorted(choice.auc.items(), key=lambda item: -item[1])),
        "marked_from": DATED,
        "dated_columns": list(choice.recipe.dropped[-1]),
        "trials": [{"settings": dict(tuned), "log_loss": loss} for tuned, loss in choice.trials],
    }
