"""The pictures of the watch. Each answers one question, which is its title."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training.watching.report import DriftReport

THEN, NOW, MARK = "#9aa5b1", "#1f6feb", "#d1495b"
"""Training is grey, what came since is blue, a limit is red."""


@dataclass(frozen=True, slots=True)
class Picture:
    """title: the question. svg: the answer; its words stay words, so that whoever reads it needs the letters and not the machine that drew it."""

    title: str
    svg: bytes


def pictures(report: DriftReport) -> list[Picture]:
    """Those that the report holds figures for."""
    asked: list[tuple[str, object, Callable[[Axes], None]]] = [
        ("Do the features lie as they did in training?", report.features, lambda axes: _features(report, axes)),
        ("Do the scores lie as they did in training?", report.since, lambda axes: _scores(report, axes)),
        ("Does a probability of 0.2 mean two in ten?", report.ranking.reliability, lambda axes: _reliability(report, axes)),
        ("How much better is the best tenth than the average?", report.ranking.lift, lambda axes: _lift(report, axes)),
        ("Which actions are welcome, and of which do we know by whom?", report.of("action"), lambda axes: _bubbles(report, axes)),
        ("Is still seen what is said, period by period?", report.trend or report.trend_learned, lambda axes: _trend(report, axes)),
    ]
    drawn = [_picture(title, draw) for title, held, draw in asked if held]
    return drawn + [_predictor(report, place) for place in range(len(report.predictors)) if report.since]


def _picture(title: str, draw: Callable[[Axes], None]) -> Picture:
    held = BytesIO()
    # Letters are left to the reader's fonts, and a dollar sign in a name is no formula.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "playcall", "text.parse_math": False}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = Figure(figsize=(7, 4), layout="constrained")
        axes = figure.subplots()
        draw(axes)
        axes.set_title(title)
        axes.spines[["top", "right"]].set_visible(False)
        figure.savefig(held, format="svg", metadata={"Date": None})
    return Picture(title, held.getvalue())


def _features(report: DriftReport, axes: Axes) -> None:
    shown = report.features[:15][::-1]
    colours = [THEN if one.dated else NOW for one in shown]
    axes.barh([one.feature for one in shown], [one.psi for one in shown], color=colours)
    axes.axvline(report.limits.psi, color=MARK, linestyle="--")
    axes.set_xlabel("PSI against training; grey: told the date already in training")
    axes.tick_params(axis="y", labelsize=7)


def _scores(report: DriftReport, axes: Axes) -> None:
    scores = report.scores
    axes.stairs(scores.before, scores.edges, fill=True, color=THEN, alpha=0.6, label="in training")
    axes.stairs(scores.now, scores.edges, color=NOW, linewidth=2, label="since")
    axes.set_xlabel(f"probability of a yes (PSI {scores.psi:.3f})")
    axes.set_ylabel("share of proposals")
    axes.legend(frameon=False)


def _reliability(report: DriftReport, axes: Axes) -> None:
    said, seen = zip(*report.ranking.reliability, strict=True)
    axes.axline((0, 0), slope=1, color=THEN, linestyle="--")
    axes.plot(said, seen, color=NOW, marker="o")
    axes.set_xlabel("said, mean of a tenth of the proposals")
    axes.set_ylabel("seen, rate of yes")


def _lift(report: DriftReport, axes: Axes) -> None:
    axes.bar(range(1, 11), report.ranking.lift, color=NOW)
    axes.axhline(1, color=THEN, linestyle="--")
    axes.set_xticks(range(1, 11))
    axes.set_xlabel("tenth of the ranking, best first")
    axes.set_ylabel("rate of yes over the rate of all")


def _bubbles(report: DriftReport, axes: Axes) -> None:
    actions = report.of("action")
    sizes = [30 + 900 * one.answers / max(other.answers for other in actions) for one in actions]
    axes.scatter([one.auc for one in actions], [one.seen for one in actions], s=sizes, color=NOW, alpha=0.5)
    for one in actions:
        axes.annotate(one.name, (one.auc, one.seen), fontsize=7, ha="center")
    axes.axvline(0.5, color=MARK, linestyle="--")
    axes.margins(0.2)
    axes.set_xlabel("performance, AUC (0.5: by chance)")
    axes.set_ylabel("success, rate of yes; size: answers")


def _trend(report: DriftReport, axes: Axes) -> None:
    for periods, colour, name in ((report.trend_learned, THEN, "in training"), (report.trend, NOW, "since")):
        starts = np.array([np.datetime64(period.start.replace(tzinfo=None), "s") for period in periods])
        axes.plot(starts, [period.seen for period in periods], color=colour, marker="o", label=f"seen, {name}")
        axes.plot(starts, [period.said for period in periods], color=colour, linestyle="--", label=f"said, {name}")
    axes.set_ylim(bottom=0)
    axes.set_ylabel("rate of yes")
    axes.tick_params(axis="x", rotation=30)
    axes.legend(frameon=False, fontsize=8)


def _predictor(report: DriftReport, place: int) -> Picture:
    shown = report.predictors[place]
    at = np.arange(len(shown.bins))

    def draw(axes: Axes) -> None:
        axes.bar(at - 0.2, [one.share_before for one in shown.bins], 0.4, color=THEN, alpha=0.5)
        axes.bar(at + 0.2, [one.share_now for one in shown.bins], 0.4, color=NOW, alpha=0.3)
        axes.set_xticks(at, [one.name for one in shown.bins], rotation=20, fontsize=7)
        axes.set_ylabel("share of proposals (bars)")
        rates = axes.twinx()
        rates.plot(at, [one.seen_before for one in shown.bins], color=THEN, marker="o", label="in training")
        rates.plot(at, [one.seen_now for one in shown.bins], color=NOW, marker="o", label="since")
        rates.set_ylim(bottom=0)
        rates.set_ylabel("rate of yes (lines)")
        rates.legend(frameon=False, fontsize=8)

    return _picture(f"Does {shown.feature} still go with a yes as it did?", draw)
