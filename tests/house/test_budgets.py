"""The budgets of the house: small files, small functions, every name typed, no circle of imports."""

import ast
from graphlib import CycleError, TopologicalSorter
from statistics import median, quantiles

from source import modules


def test_no_file_has_500_lines_and_few_have_300():
    long = {module.path: module.lines for module in modules() if module.lines > 300}
    assert not {path for path, lines in long.items() if lines >= 500}, long
    assert len(long) <= len(modules()) // 25, f"split these: {long}"


def test_the_median_and_the_ninth_decile_of_file_length_stay_in_the_budget():
    lengths = sorted(module.lines for module in modules() if module.lines)
    assert 40 <= median(lengths) <= 110
    assert quantiles(lengths, n=10)[-1] <= 240


def test_functions_stay_short():
    lengths = {
        f"{module.path}:{function.lineno} {function.name}": (function.end_lineno or function.lineno) - function.lineno + 1
        for module in modules()
        for function in module.functions()
    }
    assert median(lengths.values()) <= 12
    assert quantiles(lengths.values(), n=10)[-1] <= 30
    assert not {name: length for name, length in lengths.items() if length > 75}


def test_every_function_says_its_types():
    bare = []
    for module in modules():
        for function in module.functions():
            arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            unsaid = [a.arg for a in arguments if a.annotation is None and a.arg not in {"self", "cls"}]
            if unsaid or function.returns is None:
                bare.append(f"{module.path}:{function.lineno} {function.name} {unsaid}")
    assert not bare, "\n".join(bare)


def test_imports_go_in_no_circle_even_inside_functions():
    names = {module.name for module in modules()}
    graph = {
        module.name: {target for _, name in module.imports() if (target := _module_of(name, names))} - {module.name} for module in modules()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        raise AssertionError(f"imports go in a circle: {circle.args[1]}") from None


def _module_of(name: str, names: set[str]) -> str | None:
    while name:
        if name in names:
            return name
        name = name.rpartition(".")[0]
    return None


def test_no_import_hides_inside_a_function():
    hidden = [
        f"{module.path}:{inner.lineno}"
        for module in modules()
        for function in module.functions()
        for inner in ast.walk(function)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert not hidden, "a lazy import dodges a rule or a cycle:\n" + "\n".join(hidden)


def test_no_room_has_an_empty_name():
    empty = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}
    assert not [module.path for module in modules() if set(module.name.split(".")) & empty]
