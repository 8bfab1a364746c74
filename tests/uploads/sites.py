"""A site over a folder of a few articles and its index, both of which requests may change; no model is needed."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from flask import Flask

from qa.build.report import BuildReport
from qa.progress import Progress
from qa.settings import Settings
from qa.uploads.changes import ArticleChanges
from tests.building import build
from tests.fakes import FakeEncoder
from tests.reliability.corpus import BEFORE, following, index_articles, lay_out
from web import create_app

OWL = "The barn owl nests above the mill. Its young call through the whole night in summer.\n"
OWL_QUESTION = "Where does the barn owl nest?"


def changeable(folder: Path) -> ArticleChanges:
    """Return the changes of a folder with three articles, and index it."""
    lay_out(folder / "articles", BEFORE)
    index_articles(folder / "articles", folder / "index")
    return ArticleChanges(folder / "articles", lambda progress: indexed(folder, progress))


def indexed(folder: Path, progress: Progress) -> BuildReport:
    """Bring the index in this folder up to date with its articles."""
    return build(folder / "articles", folder / "index", FakeEncoder(), progress)


def changeable_site(folder: Path, **settings: Any) -> Flask:
    """Return a site whose articles may be changed."""
    changeable(folder)
    given = Settings(articles=folder / "articles", index=folder / "index", data=folder / "data", **settings)
    return create_app(following(folder / "index"), given, lambda _, progress: indexed(folder, progress))


def names(folder: Path) -> list[str]:
    """Return everything that lies in the folder of articles, hidden or not."""
    return sorted(path.name for path in (folder / "articles").iterdir())


def archive(**members: bytes) -> bytes:
    """Return a ZIP archive of these members."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, member in members.items():
            packed.writestr(name.replace("__", "/"), member)
    return content.getvalue()
