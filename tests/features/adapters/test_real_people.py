"""Real people's files become our tables, views and online customers; what they cannot fill is missing."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from features.build import build, materialize
from features.cli.ingest import ingest_command
from features.compact import open_reader
from features.customer import CustomerFeatures
from features.events.lake import Lake
from features.home import Home

CDNOW = """customer_id,date,quantity,amount
00001,1997-01-01,1,11.77
00002,1997-01-12,1,12.00
00002,1997-01-12,5,77.00
00002,1998-06-20,2,20.76
"""
MONTHLY = "BILL_AMT1,BILL_AMT2,BILL_AMT3,BILL_AMT4,BILL_AMT5,BILL_AMT6,PAY_AMT1,PAY_AMT2,PAY_AMT3,PAY_AMT4,PAY_AMT5,PAY_AMT6"
CARDS = f"""ID,LIMIT_BAL,SEX,EDUCATION,MARRIAGE,AGE,PAY_0,PAY_2,PAY_3,PAY_4,PAY_5,PAY_6,{MONTHLY},default_payment_next_month
1,20000,2,2,1,24,2,2,-1,-1,-2,-2,3913,3102,689,0,0,0,0,689,0,0,0,0,1
"""


def online(folder: Path, adapter: str, text: str, customer: str) -> CustomerFeatures:
    """The customer after ingest, build and materialize, at the data's own end."""
    file, home = folder / f"{adapter}.csv", Home(folder / "home")
    file.write_text(text)
    ran = CliRunner().invoke(ingest_command, ["--adapter", adapter, str(file), "--json"], obj=home, catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    newest = Lake(home).newest_event()
    assert newest is not None
    at = newest + timedelta(seconds=1)
    build(home, at)
    materialize(home, at)
    reader = open_reader(home)
    try:
        return reader.read(customer, at)
    finally:
        reader.close()


def test_cdnow_buyers_have_spending_habits(tmp_path: Path) -> None:
    got = online(tmp_path, "cdnow", CDNOW, "cd-00002")
    assert got.number("spend_7d") == 20.76
    assert got.number("spend_count_365d") == 1.0
    assert got.text("top_category_90d") == "entertainment"
    assert got.number("tenure_days") == pytest.approx(524, abs=1)
    assert np.isnan(got.number("age"))
    assert np.isnan(got.number("wait_mean_90d"))


def test_card_holders_have_profile_bills_and_repayments(tmp_path: Path) -> None:
    got = online(tmp_path, "credit-card-default", CARDS, "cc-1")
    assert got.text("gender") == "female"
    assert got.text("education") == "university"
    assert got.number("repayment_count_90d") == 1.0
    assert got.number("spend_90d") > 0
    assert not [name for name in (*got.schema.numbers, *got.schema.texts) if "default" in name]
    assert got.text("preferred_channel") is None
