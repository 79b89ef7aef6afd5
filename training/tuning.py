"""A search over LightGBM's few settings that matter, by Optuna's TPE. It sees the forward folds only: the newest tenth stays unseen."""

from collections.abc import Callable

import optuna

from training.forward import Search, Tuned

SPACE: dict[str, tuple[float, float, bool]] = {
    "learning_rate": (0.02, 0.2, True),
    "num_leaves": (4, 31, True),
    "min_data_in_leaf": (20, 300, True),
    "lambda_l2": (0.1, 100.0, True),
    "feature_fraction": (0.3, 1.0, False),
}
"""From, to, and whether in even steps of the logarithm."""
_WHOLE = {"num_leaves", "min_data_in_leaf"}


def search_of(trials: int, told: Callable[[int, float], object] = lambda _done, _best: None) -> Search:
    """A search with so many trials, the first of which are our own settings: what is chosen is never worse than them on the folds.

    The same rows, seed and number of trials give the same settings. told hears the trials done and the lowest loss so far.
    """

    def search(loss: Callable[[Tuned], float], seed: int) -> list[tuple[Tuned, float]]:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
        found: list[tuple[Tuned, float]] = [((), loss(()))]
        told(1, found[0][1])

        def one(trial: optuna.Trial) -> float:
            tuned = tuple((name, _ask(trial, name)) for name in SPACE)
            found.append((tuned, loss(tuned)))
            told(len(found), min(value for _, value in found))
            return found[-1][1]

        study.optimize(one, n_trials=trials - 1)
        return found

    return search


def _ask(trial: optuna.Trial, name: str) -> float:
    low, high, even_in_log = SPACE[name]
    if name in _WHOLE:
        return trial.suggest_int(name, int(low), int(high), log=even_in_log)
    return trial.suggest_float(name, low, high, log=even_in_log)
