"""What the code never does: run what it reads, reach the network, or look for a pattern in more than linear time."""

from __future__ import annotations

import ast
import importlib
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
MODULES = sorted([*(ROOT / "qa").rglob("*.py"), *(ROOT / "web").rglob("*.py")])
SOURCE = "\n".join(path.read_text("utf-8") for path in MODULES)
FINDING = {"findall", "split", "sub", "subn"}
RUNNING_CODE = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "jsonpickle"}
RUNNING_CALLS = {"eval", "exec", "compile", "__import__"}
NETWORK = {
    "requests",
    "httpx",
    "aiohttp",
    "urllib3",
    "urllib.request",
    "ftplib",
    "smtplib",
    "telnetlib",
    "http.client",
    "httpx2",
}
LONG = 8_000
# A pattern that backtracks quadratically takes 32 million steps over a text of this length, half a second at least.
CPU_SECONDS = 0.25


def trees() -> Iterator[tuple[str, ast.AST]]:
    for path in MODULES:
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def test_nothing_that_is_read_is_run() -> None:
    found = [(path, name) for path, tree in trees() for name in imports(tree) if name.split(".")[0] in RUNNING_CODE]
    found += [(path, name) for path, tree in trees() for name, _ in calls(tree) if name in RUNNING_CALLS]
    found += [(path, name) for path, tree in trees() for name, _ in calls(tree) if name in {"torch.load", "os.system"}]
    # Of the YAML loaders, only this one makes nothing but plain values.
    yaml_calls = {name for _, tree in trees() for name, _ in calls(tree) if name.startswith("yaml.")}
    assert yaml_calls <= {"yaml.safe_load"}
    assert found == []


def test_no_call_trusts_what_it_loads() -> None:
    told = {
        (keyword.arg, ast.unparse(keyword.value))
        for _, tree in trees()
        for _, call in calls(tree)
        for keyword in call.keywords
        if keyword.arg in {"allow_pickle", "trust_remote_code", "shell", "use_safetensors", "weights_only"}
    }
    assert told <= {
        ("allow_pickle", "False"),
        ("trust_remote_code", "False"),
        ("shell", "False"),
        ("use_safetensors", "True"),
    }


def test_no_module_reaches_the_network() -> None:
    found = [(path, name) for path, tree in trees() for name in imports(tree) if name in NETWORK]
    assert found == [("qa/writing/endpoint.py", "httpx2")]
    sockets = {path for path, tree in trees() if "socket" in set(imports(tree))}
    listening = {"qa/exposure.py", "web/serving/server.py", "qa/mcp/server.py"}
    # It asks whether the machine that QA_CLUSTER names is there.
    assert sockets <= listening | {"qa/cluster/joining.py"}


def test_security_rules_of_the_linter_are_on_and_excused_one_by_one() -> None:
    tomllib = pytest.importorskip("tomllib")
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["lint"]
    assert "S" in rules["select"]
    assert [rule for rule in rules["ignore"] if rule.startswith("S")] == []
    assert [
        path for path, left_out in rules["per-file-ignores"].items() if path != "tests/**" and "S" in left_out
    ] == []


@dataclass(frozen=True)
class Used:
    """A pattern and the methods by which the code uses it."""

    pattern: re.Pattern[str]
    methods: tuple[str, ...]


def patterns(path: Path) -> list[Used]:
    """Return every compiled pattern of a module; one that is used in no way that can be seen is searched for."""
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    found = []
    for attribute, value in vars(importlib.import_module(name)).items():
        several = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else [value]
        calls = re.findall(rf"\b{attribute}\.(match|fullmatch|search|finditer|findall|split|subn?)\(", SOURCE)
        methods = tuple(sorted({"finditer" if one in FINDING else one for one in calls})) or ("search",)
        found += [Used(one, methods) for one in several if isinstance(one, re.Pattern) and isinstance(one.pattern, str)]
    return found


def pumps(pattern: re.Pattern[str]) -> Iterator[str]:
    """Yield long texts of the characters that the pattern itself is made of, alone and by twos, that do not match."""
    letters = sorted({*re.sub(r"\\[a-zA-Z]", "", pattern.pattern)} - set("\\()[]{}|^?*+$"))[:12]
    alphabet = [*dict.fromkeys([*"aA1 .,-\n“\"'", *letters])]
    yield from (one * LONG for one in alphabet)
    yield from ((one + other) * (LONG // 2) for one, other in product(alphabet[:6], alphabet[:6]) if one != other)
    yield from (f"{head}{one * LONG}\0" for head in ("", "1", '"', "“", "[", "http://") for one in "a 1.-")


# How long ingestion takes is measured as a whole: its patterns look at lines that were trimmed and bounded before.
WITH_PATTERNS = [
    path
    for path in MODULES
    if "re.compile(" in path.read_text("utf-8") and "ingest" not in path.parts and path.name != "export.py"
]


@pytest.mark.skipif(not os.environ.get("SWEEP"), reason="times every pattern, which a busy machine would fail: a sweep")
@pytest.mark.parametrize("path", WITH_PATTERNS, ids=lambda path: str(path.relative_to(ROOT)))
def test_patterns_take_linear_time(path: Path) -> None:
    slow = []
    for used in patterns(path):
        for text in pumps(used.pattern):
            if cpu_seconds(used, text) > CPU_SECONDS:
                slow.append((used.pattern.pattern, used.methods, text[:20]))
                break
    assert slow == []


def cpu_seconds(used: Used, text: str) -> float:
    before = time.process_time()
    for method in used.methods:
        found = getattr(used.pattern, method)(text)
        if method == "finditer":
            sum(1 for _ in found)
    return time.process_time() - before
