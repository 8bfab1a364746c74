"""A folder of three articles, and where their index goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.build.corpus import (
    ARTICLES,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"
