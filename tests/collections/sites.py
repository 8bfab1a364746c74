"""Two collections with indexes of their own and an article of the same name; no model is needed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask

from qa.answer.engine import Engine
from qa.build.report import BuildReport
from qa.collections.collections import Collections
from qa.progress import Progress
from qa.settings import Settings
from qa.settings.collections import read_named_folders
from tests.building import build as build_fake
from tests.fakes import FakeEncoder
from tests.reliability.corpus import BARN, FOX, MUSEUM, ORCHARD, following, index_articles, lay_out
from web import create_app

FOX_QUESTION = "Where did the red fox cross the frozen river?"
MUSEUM_QUESTION = "When did the museum open its northern wing?"
NEWS = {"report.txt": f"{FOX}\n", "orchard.txt": f"{ORCHARD}\n"}
OLD = {"report.txt": f"{MUSEUM}\n", "barn.txt": f"{BARN}\n"}


def two_folders(folder: Path) -> Settings:
    """Return the settings of the collections "news" and "old", whose articles are there and indexed."""
    lay_out(folder / "news", NEWS)
    lay_out(folder / "old", OLD)
    settings = unindexed(folder)
    for named in settings.collections:
        index_articles(named.folder, settings.of_collection(named).index)
    return settings


def unindexed(folder: Path) -> Settings:
    """Return the settings of the two collections below this folder."""
    named = read_named_folders([str(folder / "news"), f"old={folder / 'old'}"])
    return Settings(collections=named, index=folder / "index", data=folder / "data")


def open_fake(settings: Settings, **_: object) -> Engine:
    """Return an engine without a model over the index of these settings."""
    return following(settings.index, settings.collection)


def single(engine: Any) -> Collections:
    """Return this engine as the one collection that there is."""
    return Collections(Settings(), lambda _: engine)


def two_collections(folder: Path) -> Collections:
    """Return both collections, indexed."""
    return Collections(two_folders(folder), open_fake)


def index_folder(folder: Path, name: str) -> Path:
    """Return the folder of a collection's index."""
    settings = unindexed(folder)
    return settings.of_collection(next(one for one in settings.collections if one.name == name)).index


def damage(index: Path) -> None:
    """Flip a byte in the middle of an index."""
    path = next(index.glob("generations/*/dense.faiss"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(content)


def two_site(folder: Path, collections: Collections | None = None, **settings: Any) -> Flask:
    """Return a site over both collections, whose articles may be changed."""
    given = replace(unindexed(folder) if collections else two_folders(folder), **settings)

    def build(one: Settings, progress: Progress) -> BuildReport:
        return build_fake(one.articles, one.index, FakeEncoder(), progress)

    return create_app(settings=given, build=build, collections=collections or Collections(given, open_fake))
