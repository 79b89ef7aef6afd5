"""The report as one HTML file that needs nothing else: tables, and the pictures inside it."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape

from training.evaluation.groups import Answered
from training.watching.plots import pictures
from training.watching.report import DriftReport
from training.watching.shadow import InShadow

_STYLE = """body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1f2933}
table{border-collapse:collapse;margin:1rem 0}th,td{padding:.2rem .8rem;text-align:right;border-bottom:1px solid #d9dee4}
th:first-child,td:first-child{text-align:left}img{max-width:100%}.past{color:#b3261e}.kept{color:#1a7f37}"""
SHOWN = 20
"""Of the features, those that drifted most."""


def page(report: DriftReport) -> str:
    """The whole page."""
    title = f"Is version {escape(report.champion)} still right?"
    parts = [f"<h1>{title}</h1>", _head(report), _verdict(report)]
    parts += [
        f'<figure><img alt="{escape(shown.title)}" src="data:image/svg+xml;base64,{_inline(shown.svg)}"></figure>'
        for shown in pictures(report)
    ]
    parts += [f"<h2>By {by}</h2>{_groups(report.of(by))}" for by in ("model", "action", "kind", "channel") if report.of(by)]
    parts += [_shadow(pair) for pair in report.shadows]
    parts.append(f"<h2>The {SHOWN} features that drifted most</h2>{_features(report)}")
    body = "\n".join(parts)
    return f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style></head>\n<body>\n{body}\n</body></html>\n'


def _head(report: DriftReport) -> str:
    return (
        f"<p>Asked at {report.at:%Y-%m-%d %H:%MZ}; trained on what was known at {report.trained_at:%Y-%m-%d %H:%MZ}. "
        f"{report.learned:,} proposals learned from, {report.since:,} since, {report.answers:,} of them with a ripe answer. "
        f"Rate of yes among the newest answers: {report.level_served:.3f} where the training ended, {report.level_now:.3f} now.</p>"
    )


def _verdict(report: DriftReport) -> str:
    if not report.complaints:
        return '<p class="kept">No limit is passed.</p>'
    return f'<p class="past">Past a limit:</p><ul>{"".join(f"<li>{escape(complaint)}</li>" for complaint in report.complaints)}</ul>'


def _groups(groups: Sequence[Answered]) -> str:
    head = ("", "answers", "seen", "said", "AUC", "log loss", "calibration error")
    figures = (
        (one.name, f"{one.answers:,}", *(f"{x:.3f}" for x in (one.seen, one.said, one.auc, one.log_loss, one.calibration_error)))
        for one in groups
    )
    return _table(head, figures)


def _shadow(pair: InShadow) -> str:
    both = [one for one in (pair.shadow, pair.served) if one is not None]
    told = f"<h2>In the shadow: version {escape(pair.version)} beside version {escape(pair.beside)}</h2><p>{escape(pair.in_words)}</p>"
    return told + (_groups(both) if both else "")


def _features(report: DriftReport) -> str:
    head = ("feature", "PSI", "missing then", "missing now", "moves the log-odds by", "")
    rows = (
        (
            one.feature,
            f"{one.psi:.3f}",
            f"{one.missing_before:.2f}",
            f"{one.missing_now:.2f}",
            f"{report.strength.get(one.feature, 0.0):.3f}",
            f"always {one.silent}" if one.silent else "told the date in training" if one.dated else "",
        )
        for one in report.features[:SHOWN]
    )
    return _table(head, rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    named = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    lines = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{named}</tr>{lines}</table>"


def _inline(svg: bytes) -> str:
    return b64encode(svg).decode("ascii")
