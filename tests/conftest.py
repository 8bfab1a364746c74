"""Fixtures shared by all tests: the real encoder, exported once and kept between runs."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from qa.encode.encoder import OnnxEncoder

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    # Two names that an attacker may have pointed at this machine.
    "--host-resolver-rules=MAP evil.example 127.0.0.1, MAP rebound.example 127.0.0.1",
]

# Before anything imports the model libraries: no test asks the network.
os.environ["HF_HUB_OFFLINE"] = "1"
# As the command line sets it: products of small matrices on one thread each.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

# How long an example takes says how busy the machine is.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# Benchmarks are run by hand, and some of their modules are named as those of tests are.
collect_ignore = ["benchmarks"]

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the home of the person who runs the tests out of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of the five seed articles."""
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def encoder_folder(request: pytest.FixtureRequest) -> Path:
    """A folder with the default model exported; made again only when the code or a library that exports changes."""
    cache = Path(request.config.cache.mkdir("encoder"))
    folder = cache / _export_key()
    if not folder.is_dir():
        from qa.encode.export import export

        for older in cache.iterdir():
            shutil.rmtree(older, ignore_errors=True)
        export("all-MiniLM-L6-v2", folder)
    return folder


@pytest.fixture(scope="session")
def encoder(encoder_folder: Path) -> OnnxEncoder:
    """The real encoder."""
    from qa.encode.encoder import OnnxEncoder

    return OnnxEncoder.open(encoder_folder)


@pytest.fixture(scope="session")
def seeds_index(encoder_folder: Path, seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the seed articles' index, built with the real encoder; tests only read it."""
    from qa.factory import build_index
    from qa.progress import silent
    from qa.settings import Settings

    folder = tmp_path_factory.mktemp("seeds") / "index"
    shutil.copytree(encoder_folder, folder / "encoder")
    build_index(Settings(articles=seeds, index=folder), progress=silent)
    return folder


def _export_key() -> str:
    names = (
        "encode/model.py",
        "encode/card.py",
        "encode/tracing.py",
        "encode/per_token.py",
        "encode/export.py",
        "graphs.py",
    )
    sources = [(ROOT / "qa" / name).read_bytes() for name in names]
    versions = [version(package).encode() for package in ("torch", "sentence-transformers", "onnxruntime", "onnx")]
    return hashlib.sha256(b"\n".join(sources + versions)).hexdigest()[:16]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real headless Chromium, closed after each file: while it runs, no other event loop can."""
    from playwright.sync_api import sync_playwright

    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        reason = f"no Chromium found; looked for {', '.join(CHROMIUM)}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()
