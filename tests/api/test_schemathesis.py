from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.api.fakes import api_site
from web.api.reference.operations import OPERATIONS
from web.serving.server import Server

pytestmark = pytest.mark.skipif(find_spec("schemathesis") is None, reason="schemathesis needs Python 3.11")

# The same requests at every run; with SWEEP=whole others each time, and for longer.
WHOLE = os.environ.get("SWEEP") == "whole"
SECONDS = 600 if WHOLE else 40
SEED = [] if WHOLE else ["--seed", "20"]
COMMAND = "from schemathesis.cli import schemathesis; schemathesis()"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    server = Server(api_site(tmp_path, uploads=False), "127.0.0.1", 0, threads=4)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server.address
    server.stop()
    thread.join(timeout=20)


def test_the_served_document_holds_under_schemathesis_with_all_checks(address: str, tmp_path: Path) -> None:
    config = Path(__file__).with_name("schemathesis.toml")
    options = ["--checks", "all", "--max-time", str(SECONDS), *SEED, "--suppress-health-check", "all", "--no-color"]
    run = subprocess.run(
        [sys.executable, "-c", COMMAND, "--config-file", config, "run", f"{address}/openapi.json", *options],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=SECONDS * 4,
        check=False,
    )
    # Bodies of 64 KiB are printed whole.
    shown = "\n".join(line[:400] for line in run.stdout.splitlines())
    assert run.returncode == 0, shown[-6000:] + run.stderr[-2000:]
    assert f"Tested: {len(OPERATIONS)}\n" in shown
