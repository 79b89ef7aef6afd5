"""A data scientist's afternoon: plain aggregates of the tables, for asking what can be learned from them."""

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

NOT_FEATURES = {
    *("decision_id", "interaction_id", "customer_id", "proposed_at", "script_id", "probability", "yes", "updated_at", "opened_on"),
    *("presented", "accepted", "declined", "deferred", "converted", "cancelled", "opted_out"),
}


def habits(tables: dict[str, pd.DataFrame], until: pd.Timestamp) -> pd.DataFrame:
    """A row a customer: shares of spending, channel use and service of the time before `until`."""
    bought = tables["transactions"].query("category != 'repayment' and occurred_at < @until")
    spent = bought.pivot_table(index="customer_id", columns="category", values="amount", aggfunc="sum", fill_value=0.0)
    shares = spent.div(spent.sum(axis=1), axis=0).add_prefix("share_")
    steps = tables["channel_events"].query("occurred_at < @until")
    used = steps.pivot_table(index="customer_id", columns="channel", values="event_id", aggfunc="count").add_prefix("steps_")
    talks = tables["contacts"].query("started_at < @until")
    served = talks.groupby("customer_id").agg(talks=("interaction_id", "size"), wait=("wait_seconds", "mean"), mood=("sentiment", "mean"))
    called = talks.pivot_table(index="customer_id", columns="channel", values="interaction_id", aggfunc="count").add_prefix("talks_")
    return shares.assign(spend=spent.sum(axis=1), purchases=bought.groupby("customer_id").size()).join([used, served, called])


def examples(tables: dict[str, pd.DataFrame], presented: pd.DataFrame, since: pd.Timestamp) -> pd.DataFrame:
    """A row a presented proposal from `since` on; customer aggregates end at `since`, so no row sees its own future."""
    rows = presented.copy()
    same = rows.groupby(["customer_id", "action_id"])
    rows["shown_before"] = same.cumcount()
    rows["yes_before"] = same.yes.cumsum() - rows.yes
    rows["no_before"] = same.declined.cumsum() - rows.declined
    rows = rows[rows.proposed_at >= since].merge(tables["customers"].drop(columns="updated_at"), on="customer_id")
    rows["tenure"] = (rows.proposed_at - rows.opened_on).dt.total_seconds()
    rows["hour"], rows["day"] = rows.proposed_at.dt.hour, rows.proposed_at.dt.day
    return rows.merge(habits(tables, since), left_on="customer_id", right_index=True, how="left")


def feature_columns(rows: pd.DataFrame) -> list[str]:
    return [name for name in rows if name not in NOT_FEATURES]


def column_auc(train: pd.DataFrame, test: pd.DataFrame, column: str) -> float:
    """How well one plain column ranks acceptance: a number by itself, either way round; a word by its rate of yes in `train`."""
    values = test[column]
    if values.dtype == object or values.dtype == bool:
        score = values.map(train.groupby(column).yes.mean()).astype(float)
    else:
        score = values.astype(float)
    auc = roc_auc_score(test.yes, score.fillna(score.mean()).fillna(0.0))
    return float(max(auc, 1.0 - auc))


def action_logistic_inputs(rows: pd.DataFrame, columns: list[str]) -> np.ndarray:
    """Numbers, words as flags, and the numbers once more for every action: what makes one action fit one customer."""
    numbers = rows[columns].select_dtypes("number").fillna(0.0)
    squeezed = np.sign(numbers) * np.log1p(100.0 * numbers.abs())
    scaled = ((squeezed - squeezed.mean()) / squeezed.std().replace(0.0, 1.0)).to_numpy()
    actions = pd.get_dummies(rows.action_id).to_numpy(dtype=float)
    words = pd.get_dummies(rows[["style", "need", "contact_reason", "channel", "occupation"]]).to_numpy(dtype=float)
    crossed = [actions[:, [slot]] * scaled for slot in range(actions.shape[1])]
    return np.concatenate([actions, words, scaled, *crossed], axis=1)
