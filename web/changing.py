"""Changes of the articles that a request asks for, over the folder and the index of this collection."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from qa.check.absent import find_leftovers
from qa.check.proof import AbsenceProof, prove_absent
from qa.records import IndexInfo
from qa.uploads.changes import AddedFile, NewFile
from web.site import ServedCollection


class Removal(msgspec.Struct, frozen=True):
    """What was looked for after an article was removed, and in how many places any of it is left.

    ``parts`` of its sentences and ``words`` that no other article has were looked for, in every form that is stored.
    """

    article_id: str
    parts: int
    words: int
    left_in_index: int
    left_in_conversations: int

    @property
    def said(self) -> str:
        """Return the same in words."""
        if not self.parts and not self.words:
            return "It is removed. All that it said stands in other articles, so there was nothing to look for."
        sought = f"{self.parts:,} parts of its sentences and {self.words:,} words of its own were looked for"
        if self.left_in_index:
            return f"It is removed, but something of it is left in the index. {sought}. Run qa index --rebuild."
        if self.left_in_conversations:
            return f"It is removed, and nothing of it is left in the index: {sought}. Kept conversations quote it."
        return f"It is removed, and nothing of it is left: {sought} in the index and in kept conversations."


# A new generation is taken up within a fraction of a second; an answer is not held longer than this for it.
TAKE_UP_SECONDS = 3.0
_PAUSE_SECONDS = 0.05


def add_articles(collection: ServedCollection, files: Sequence[NewFile]) -> tuple[tuple[AddedFile, ...], IndexInfo]:
    """Add the files and return what became of each, and the generation that answers from them."""
    results = collection.changes.add(files)
    collection.collection.forget_failure()
    added = {one.article_id for one in results if one.status == "added"}
    _await(lambda: added <= _ids(collection))
    return results, collection.engine.snapshot.info


def rename_article(collection: ServedCollection, article_id: str, name: str) -> str:
    """Give the file of an article another name and return its new id."""
    new_id = collection.changes.rename(article_id, name)
    _await(lambda: new_id in _ids(collection))
    return new_id


def remove_article(collection: ServedCollection, article_id: str) -> None:
    """Remove an article from the folder and the index."""
    collection.changes.remove(article_id)
    _await(lambda: article_id not in _ids(collection))


def remove_and_prove(collection: ServedCollection, article_id: str) -> Removal:
    """Remove an article, then look for anything of it, once the index that held it is gone from the disk."""
    text = collection.engine.snapshot.text.article(article_id).text
    remove_article(collection, article_id)
    found: list[AbsenceProof] = []

    def is_gone() -> bool:
        articles = collection.engine.snapshot.text
        elsewhere = [articles.article(one.id).text for one in articles.articles()]
        folders = [collection.settings.index, collection.settings.data]
        search = partial(find_leftovers, folders=folders)
        found.append(prove_absent(search, text, elsewhere, collection.engine.encoder))
        return not _removal(collection, article_id, found[-1]).left_in_index

    _await(is_gone)
    return _removal(collection, article_id, found[-1])


def _removal(collection: ServedCollection, article_id: str, proof: AbsenceProof) -> Removal:
    kept = sum(one.path.is_relative_to(collection.settings.data) for one in proof.leftovers)
    return Removal(article_id, proof.parts, proof.words, len(proof.leftovers) - kept, kept)


def _ids(collection: ServedCollection) -> set[str | None]:
    return {one.id for one in collection.engine.snapshot.text.articles()}


def _await(taken_up: Callable[[], bool]) -> None:
    deadline = time.monotonic() + TAKE_UP_SECONDS
    while not taken_up() and time.monotonic() < deadline:
        time.sleep(_PAUSE_SECONDS)
