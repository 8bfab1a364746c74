"""How large files, functions and folders may be, and that modules import each other at the top and in no circle."""

import ast
from collections import Counter
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULES = sorted([*(ROOT / "qa").rglob("*.py"), *(ROOT / "web").rglob("*.py")])
MODULES_PER_FOLDER = 14  # __init__ not counted
LINES_PER_MODULE = 260
LINES_PER_FUNCTION = 40
# The factory loads what only a build needs late, and a command loads its parts when it is called.
LATE_IMPORTERS = ("qa.factory", "qa.cli")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


NAMES = {name(path) for path in MODULES}


def imported(node: ast.AST) -> set[str]:
    """Return our own modules that an import statement names."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names} & NAMES
    if not isinstance(node, ast.ImportFrom) or node.module is None:
        return set()
    modules = {f"{node.module}.{alias.name}" for alias in node.names} & NAMES
    everything_is_a_module = len(modules) == len(node.names)
    return modules if everything_is_a_module else modules | ({node.module} & NAMES)


@cache
def for_types(path: Path) -> set[int]:
    """Return the ids of the nodes that only a type checker runs."""
    blocks = [node for node in ast.walk(tree(path)) if isinstance(node, ast.If)]
    return {
        id(node)
        for block in blocks
        if "TYPE_CHECKING" in ast.dump(block.test)
        for one in block.body
        for node in ast.walk(one)
    }


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_no_folder_holds_too_many_modules() -> None:
    counts = Counter(path.parent.relative_to(ROOT).as_posix() for path in MODULES if path.name != "__init__.py")
    assert {folder: count for folder, count in counts.items() if count > MODULES_PER_FOLDER} == {}


def test_no_module_is_too_long() -> None:
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {module: lines for module, lines in lengths.items() if lines > LINES_PER_MODULE} == {}


def test_no_function_is_too_long() -> None:
    lengths = {
        f"{name(path)}.{function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in MODULES
        for function in functions(path)
    }
    assert {function: lines for function, lines in lengths.items() if lines > LINES_PER_FUNCTION} == {}


def test_no_modules_import_each_other_in_a_circle() -> None:
    imports = {
        name(path): {
            module for node in ast.walk(tree(path)) if id(node) not in for_types(path) for module in imported(node)
        }
        - {name(path)}
        for path in MODULES
    }
    assert len(list(TopologicalSorter(imports).static_order())) == len(MODULES)


def test_our_modules_are_imported_late_only_by_the_factory_and_the_commands() -> None:
    late = {
        f"{name(path)}.{function.name}: {module}"
        for path in MODULES
        if not name(path).startswith(LATE_IMPORTERS)
        for function in functions(path)
        for node in ast.walk(function)
        for module in imported(node)
    }
    assert late == set()
