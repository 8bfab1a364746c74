"""The served model of these tests: installed where it is missing, which asks the registries, and kept between runs."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.writing.model.serving import ServedModel, install, serve


@pytest.fixture(scope="package")
def served(request: pytest.FixtureRequest) -> Iterator[ServedModel]:
    """A model of 135 million weights in llama.cpp."""
    if not os.environ.get("CI"):
        pytest.skip("installs a language model of 98 MB and Node.js: set CI=true")
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        pytest.skip("llama.cpp is installed for Linux on x86-64 only")
    with serve(install(Path(request.config.cache.mkdir("language_model")))) as model:
        yield model
