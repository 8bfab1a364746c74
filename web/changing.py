"""Changes of the articles that a request asks for, over the folder and the index of this site."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from qa.records import IndexInfo
from qa.uploads.changes import AddedFile, NewFile
from web.site import Site

# A new generation is taken up within a fraction of a second; an answer is not held longer than this for it.
TAKE_UP_SECONDS = 3.0
_PAUSE_SECONDS = 0.05


def add_articles(site: Site, files: Sequence[NewFile]) -> tuple[tuple[AddedFile, ...], IndexInfo]:
    """Add the files and return what became of each, and the generation that answers from them."""
    results = site.changes.add(files)
    added = {one.article_id for one in results if one.status == "added"}
    _await(lambda: added <= _ids(site))
    return results, site.engine.snapshot.info


def rename_article(site: Site, article_id: str, name: str) -> str:
    """Give the file of an article another name and return its new id."""
    new_id = site.changes.rename(article_id, name)
    _await(lambda: new_id in _ids(site))
    return new_id


def remove_article(site: Site, article_id: str) -> None:
    """Remove an article from the folder and the index."""
    site.changes.remove(article_id)
    _await(lambda: article_id not in _ids(site))


def _ids(site: Site) -> set[str | None]:
    return {one.id for one in site.engine.snapshot.text.articles()}


def _await(taken_up: Callable[[], bool]) -> None:
    deadline = time.monotonic() + TAKE_UP_SECONDS
    while not taken_up() and time.monotonic() < deadline:
        time.sleep(_PAUSE_SECONDS)
