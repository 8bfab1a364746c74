"""Imports go down, from the interfaces to the records, and never up or between packages of one layer."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = [
    {"qa.written"},
    {"qa.records", "qa.errors", "qa.digests", "qa.progress"},
    {"qa.core_pool", "qa.graphs", "qa.requests", "qa.scope", "qa.settings"},
    {"qa.exposure", "qa.protocols"},
    {"qa.text"},
    {"qa.ingest", "qa.encode"},
    {"qa.store"},
    {"qa.build", "qa.search", "qa.citations"},
    {"qa.answer", "qa.cluster", "qa.conversations", "qa.writing"},
    {"qa.evaluate", "qa.train", "qa.check", "qa.mentions", "qa.uploads"},
    {"qa.collections"},
    {"qa.factory"},
    {"qa.index"},
    {"qa.mcp", "web"},
    {"qa.cli"},
    {"qa.__main__"},
]
MODULES = sorted([*(ROOT / "qa").rglob("*.py"), *(ROOT / "web").rglob("*.py")])


def package(module: str) -> str:
    parts = module.split(".")
    return "web" if parts[0] == "web" else ".".join(parts[:2])


def layer(name: str) -> int:
    return next(number for number, packages in enumerate(LAYERS) if name in packages)


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
    here = package(module)
    for name in imported(path):
        there = package(name)
        assert there == here or layer(there) < layer(here), f"{module} imports {name}"


def importers(*packages: str) -> set[str]:
    """Return the modules that import one of these packages, other than for types."""
    users = set()
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        conditions = [node for node in ast.walk(tree) if isinstance(node, ast.If)]
        blocks = [node for node in conditions if "TYPE_CHECKING" in ast.dump(node.test)]
        skipped = {id(node) for block in blocks for node in ast.walk(block)}
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if id(node) not in skipped and any(name.split(".")[0] in packages for name in names):
                users.add(path.relative_to(ROOT).as_posix())
    return users


def test_onnx_runtime_is_loaded_in_one_place_where_its_telemetry_is_off() -> None:
    assert importers("onnxruntime") == {"qa/graphs.py"}


def test_only_the_export_and_the_training_import_onnx() -> None:
    graphs = ("export", "product")
    assert importers("onnx") == {"qa/encode/per_token.py", *(f"qa/train/exporting/{name}.py" for name in graphs)}


def test_only_the_export_and_the_training_import_torch() -> None:
    training = ("checkpoint", "dataset/batches", "exporting/export", "measures", "training")
    network = ("losses", "network")
    assert importers("torch", "sentence_transformers", "transformers") == {
        *(f"qa/encode/{name}.py" for name in ("attention", "export", "projection", "tracing")),
        *(f"qa/train/{name}.py" for name in training),
        *(f"qa/train/network/{name}.py" for name in network),
    }


def test_only_the_cluster_imports_ray_and_its_file_systems() -> None:
    assert {path for path in importers("ray", "fsspec") if not path.startswith("qa/cluster/")} == set()


def test_ray_is_not_loaded_without_a_cluster() -> None:
    code = "import sys, qa, qa.cli, qa.factory, qa.cli.commands.index; sys.exit('ray' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
