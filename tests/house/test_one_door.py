"""One door for each thing that must not leak: the heavy libraries, the clock, the environment."""

import ast
from pathlib import Path

import pytest
from needs import missing
from source import modules

TESTS = Path(__file__).parents[1]
DOORS = {
    "feast": ("features/online", "features/repo", "features/cli/features", "serving/cli/benches/"),
    "mlflow": ("training/registry", "serving/cli/benches/stock_parts"),
    "lightgbm": ("training/propensity/", "training/scorer", "training/peers", "training/outcome_model"),
    "optuna": ("training/tuning",),
    "duckdb": ("features/", "serving/cli/benches/"),
    "yaml": ("playbooks/reading/nodes", "playbooks/writing/spots"),
    "fastapi": ("serving/app", "serving/api/", "serving/cli/benches/"),
    "starlette": ("serving/app", "serving/api/"),
    "sqlalchemy": ("serving/records/", "playbooks/versions"),
    "alembic": ("serving/records/",),
    "redis": ("features/",),
    "ray": ("features/engine", "training/", "serving/outbound/engine_ray"),
}


@pytest.mark.parametrize("library", DOORS)
def test_a_heavy_library_stays_behind_its_door(library: str):
    strays = [
        f"{module.path}:{line} imports {name}"
        for module in modules()
        for line, name in module.imports()
        if name.split(".")[0] == library and not module.path.startswith(DOORS[library])
    ]
    assert not strays, f"{library} belongs behind {DOORS[library]}:\n" + "\n".join(strays)


def _calls(tree: ast.Module, wanted: set[str]):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in wanted:
            yield node.lineno, ast.unparse(node.func)


def test_nothing_but_the_clock_reads_the_time_of_day():
    clocks = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "datetime.datetime.now"}
    strays = [
        f"{module.path}:{line} calls {call}"
        for module in modules()
        if module.path != "features/clock.py"
        for line, call in _calls(module.tree, clocks)
    ]
    assert not strays, "ask features/clock.py instead:\n" + "\n".join(strays)


def test_nothing_but_the_settings_reads_the_environment():
    strays = [
        f"{module.path}:{node.lineno}"
        for module in modules()
        if module.path != "serving/settings.py"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv", "os.environb"}
    ]
    assert not strays, "serving/settings.py is the only reader of the environment:\n" + "\n".join(strays)


def test_the_truth_of_the_simulator_is_known_to_nobody_but_the_world_and_the_benches():
    strays = [
        f"{module.path}:{line}"
        for module in modules()
        if not module.path.startswith(("features/simulator/", "serving/cli/benches/"))
        for line, name in module.imports()
        if name.startswith("features.simulator.truth")
    ]
    assert not strays, "\n".join(strays)


def test_init_files_hold_nothing_but_the_two_lists():
    lists = {"features/views/__init__.py", "playbooks/lint/__init__.py"}
    full = [module.path for module in modules() if module.path.endswith("__init__.py") and module.lines and module.path not in lists]
    assert not full, f"a hub import loads the world; empty these: {full}"


def test_a_test_is_skipped_through_one_door_that_is_shut_in_ci():
    """Everywhere else in the tests nothing may be left out: not by a skip, a condition or an expected failure."""
    calls, marks = {"pytest.skip", "pytest.importorskip", "pytest.xfail"}, {"pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail"}
    found = []
    for path in sorted(TESTS.glob("**/*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = {(node.lineno, ast.unparse(node)) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        ways = {*_calls(tree, calls), *((line, name) for line, name in named if name in marks)}
        found += [f"{path.relative_to(TESTS)}:{line} {name}" for line, name in ways if path.name != "needs.py"]
    assert not found, "ask tests/needs.py instead:\n" + "\n".join(found)


@pytest.mark.parametrize(("ci", "raised"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_what_a_machine_lacks_fails_in_ci_and_is_said_loudly_elsewhere(monkeypatch, ci, raised):
    monkeypatch.setenv("CI", ci)
    with pytest.raises(raised, match="a thing is not there"):
        missing("a thing is not there")
