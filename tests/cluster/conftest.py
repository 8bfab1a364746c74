"""An engine over an index of one machine, which is cut into shards."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from qa.answer.engine import Engine
from qa.factory import build_index, open_engine
from qa.progress import silent
from qa.settings import Settings
from tests.cluster.corpus import write_corpus


@pytest.fixture(scope="module")
def engine_settings(encoder_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of an index of short articles that share some paragraphs."""
    folder = tmp_path_factory.mktemp("whole")
    write_corpus(folder / "articles")
    shutil.copytree(encoder_folder, folder / "index" / "encoder")
    settings = Settings(articles=folder / "articles", index=folder / "index")
    build_index(settings, progress=silent)
    return settings


@pytest.fixture(scope="module")
def engine(engine_settings: Settings) -> Iterator[Engine]:
    """An engine over that index."""
    with closing(open_engine(engine_settings)) as engine:
        yield engine
