"""Imports go down, never up or sideways between the journey of an article and the journey of a question."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = [
    {"qa.records", "qa.errors"},
    {"qa.cores", "qa.graphs", "qa.protocols", "qa.requests", "qa.settings"},
    {"qa.ingest", "qa.encode"},
    {"qa.answer", "qa.index"},
    {"qa.evaluate", "qa.train"},
    {"qa.factory"},
    {"qa.cli", "qa.mcp", "web"},
    {"qa.__main__"},
]
MAY_MEET = {("qa.cli", "web"), ("qa.cli", "qa.mcp"), ("qa.mcp", "web")}
MODULES = sorted([*(ROOT / "qa").rglob("*.py"), *(ROOT / "web").rglob("*.py")])


def room(module: str) -> str:
    parts = module.split(".")
    return "web" if parts[0] == "web" else ".".join(parts[:2])


def floor(name: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if name in rooms)


def imported(path: Path) -> set[str]:
    tree, found = ast.parse(path.read_text(encoding="utf-8")), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} if node.module == "qa" else {node.module}
    return {name for name in found if name.split(".")[0] in {"qa", "web"}}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down(path: Path) -> None:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    if module == "qa":
        return
    here = room(module)
    for name in imported(path):
        there = room(name)
        assert there == here or floor(there) < floor(here) or (here, there) in MAY_MEET, f"{module} imports {name}"


def test_only_the_export_and_the_training_import_torch() -> None:
    heavy = ("torch", "sentence_transformers", "transformers")
    users = set()
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.split(".")[0] in heavy for name in names):
                users.add(path.relative_to(ROOT).as_posix())
    training = ("batches", "export", "graph_layers", "layers", "marks", "network", "training")
    assert users == {"qa/encode/attention.py", "qa/encode/export.py", *(f"qa/train/{name}.py" for name in training)}
