"""What `playcall bench` promises whatever it measures."""

import gzip
import json
import subprocess
import sys
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner

from serving.cli import bench
from serving.cli.benches import files


def _run(*arguments: str):
    return CliRunner().invoke(bench.bench_command, arguments)


@pytest.fixture
def two_benches(monkeypatch):
    """One that works and chatters, one without its data."""

    def chatty(train, test):
        print("library chatter")
        return {"figure": 1.5}

    def lost(train, test):
        raise click.UsageError("bench lost finds no data")

    modules = {"m.chatty": SimpleNamespace(measure=chatty), "m.lost": SimpleNamespace(measure=lost)}
    monkeypatch.setattr(bench, "BENCHES", {"chatty": "m.chatty", "lost": "m.lost"})
    monkeypatch.setattr(bench, "find_spec", modules.get)
    monkeypatch.setattr(bench.importlib, "import_module", modules.__getitem__)


def test_list_names_only_benches_that_exist():
    listed = _run("list").output.split()
    assert "bank-marketing" in listed
    assert set(listed) <= set(bench.BENCHES)


def test_a_bench_that_has_no_file_yet_is_refused_with_the_list(monkeypatch):
    monkeypatch.setitem(bench.BENCHES, "nowhere", "serving.cli.benches.nowhere")
    assert "nowhere" not in _run("list").output
    ran = _run("nowhere")
    assert ran.exit_code == 2
    assert "bank-marketing" in ran.output


def test_stdout_holds_one_json_object_though_libraries_chatter(two_benches):
    ran = _run("chatty", "--json")
    assert json.loads(ran.stdout) == {"figure": 1.5}
    assert "library chatter" in ran.stderr


def test_all_says_what_it_skipped_and_runs_the_rest(two_benches):
    ran = _run("all", "--json")
    assert json.loads(ran.stdout) == {"chatty": {"figure": 1.5}, "lost": {"skipped": "bench lost finds no data"}}
    assert "SKIPPED" in ran.stderr


def test_chatter_of_child_processes_stays_out_of_stdout_too():
    script = (
        "import subprocess, sys\n"
        "from serving.cli.bench import _chatter_to_stderr\n"
        "with _chatter_to_stderr():\n    subprocess.run(['echo', 'noise'], check=True)\n"
        "print('figures')"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "figures\n"
    assert "noise" in ran.stderr


def test_a_missing_file_is_said_with_the_option_that_names_it(tmp_path):
    one = tmp_path / "one.csv"
    one.write_text("age\n30\n")
    ran = _run("bank-marketing", "--train", str(one), "--json")
    assert ran.exit_code == 2
    assert "--test FILE" in ran.output


def test_without_files_the_shared_one_is_cut_in_time_order(tmp_path, monkeypatch):
    data = tmp_path / "shared" / "data" / "bank-marketing"
    data.mkdir(parents=True)
    with gzip.open(data / "train.csv.gz", "wt") as file:
        file.write("age\n" + "".join(f"{age}\n" for age in range(20)))
    monkeypatch.setattr(files, "_CHECKOUT", tmp_path / "checkout")
    older, newer = files.in_time_order("bank-marketing", None, None, tmp_path)
    assert older.read_text().split() == ["age", *(str(age) for age in range(18))]
    assert newer.read_text().split() == ["age", "18", "19"]


def test_data_that_is_nowhere_is_said_with_the_place_it_was_looked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_CHECKOUT", tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(click.UsageError, match="no data at"):
        files.shared("nothing")


def test_two_slices_become_one_file_again_and_the_older_rows_are_counted(tmp_path):
    older, newer = tmp_path / "older.csv", tmp_path / "newer.csv"
    older.write_text("a;b\n1;2\n3;4\n", encoding="utf-8")
    newer.write_text("a;b\n5;6", encoding="utf-8")
    whole, count = files.joined(older, newer, tmp_path)
    assert (whole.read_text(encoding="utf-8"), count) == ("a;b\n1;2\n3;4\n5;6\n", 2)


def test_slices_of_two_different_files_are_refused_by_name(tmp_path):
    older, newer = tmp_path / "older.csv", tmp_path / "newer.csv"
    older.write_text("a;b\n1;2\n", encoding="utf-8")
    newer.write_text("a;c\n5;6\n", encoding="utf-8")
    with pytest.raises(click.UsageError, match=r"newer\.csv: its first line is not that of"):
        files.joined(older, newer, tmp_path)
