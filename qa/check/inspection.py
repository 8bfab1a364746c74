"""Whether the parts of an index agree with each other, which no digest can show."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import numpy as np

from qa.cluster.manifest import ClusterManifest
from qa.encode.card import read_card
from qa.errors import ArticleNotFound, ModelMismatch
from qa.progress import Progress
from qa.protocols import StoredParagraph
from qa.records import Article, Boilerplate, Paragraph
from qa.settings import Settings
from qa.store.folder.layout import encoder_folder
from qa.store.folder.manifest import Manifest
from qa.store.snapshot import OpenSnapshot
from qa.store.texts.fingerprints import article_digests

CHUNK_ROWS = 500
# The index stores 16 bits per number.
LENGTH_TOLERANCE = 0.01


def check_encoder(manifest: Manifest | ClusterManifest, settings: Settings) -> None:
    """Raise ModelMismatch unless the encoder beside the index built it; raises the errors of read_card too."""
    card = read_card(encoder_folder(settings.index))
    if card.fingerprint != manifest.fingerprint:
        raise ModelMismatch(
            f"The index in {settings.index} was built by {manifest.model} "
            f"({manifest.fingerprint[:16]}), the encoder there is {card.name} ({card.fingerprint[:16]}). "
            "Build again with: qa index --rebuild"
        )


def faults(
    snapshot: OpenSnapshot, progress: Progress, in_all_shards: Callable[[str], Article] | None = None
) -> list[str]:
    """Return one line per fault in the counts, the articles, the paragraphs and the vectors.

    in_all_shards returns an article of any shard, where the generation is one; raises ArticleNotFound.
    """
    article = in_all_shards or snapshot.text.article
    # A shard knows articles of other shards too, by their places alone.
    stored = article_digests(snapshot.folder.text) if in_all_shards else snapshot.text.places()
    return [*_counts(snapshot, len(stored)), *_articles(snapshot, progress), *_rows(snapshot, progress, article)]


def _counts(snapshot: OpenSnapshot, stored: int) -> Iterator[str]:
    manifest = snapshot.manifest
    found = {
        "articles in the text store": (stored, manifest.articles),
        "articles in the lexical index": (len(snapshot.articles_lexical), manifest.articles),
        "vectors of articles": (len(snapshot.article_vectors), manifest.articles),
        "rows": (len(snapshot.rows), manifest.paragraphs),
        "paragraphs in the lexical index": (len(snapshot.lexical), manifest.paragraphs),
        "vectors of paragraphs": (len(snapshot.dense), manifest.paragraphs),
    }
    return (f"{count} {what}, the manifest says {wanted}" for what, (count, wanted) in found.items() if count != wanted)


def _articles(snapshot: OpenSnapshot, progress: Progress) -> Iterator[str]:
    listed = snapshot.text.articles()
    for number, entry in enumerate(listed, 1):
        yield from _article(snapshot.text.article(entry.id))
        progress("check articles", number, len(listed))


def _article(article: Article) -> Iterator[str]:
    if hashlib.sha256(article.text.encode()).hexdigest() != article.sha256:
        yield f"{article.id}: the text is not the one of its SHA-256"
    at = 0
    for span in _in_order(article):
        if not at <= span.start < span.end <= len(article.text):
            yield f"{article.id}: {span.start} to {span.end} is out of order or out of the text"
        at = span.end
    for paragraph in article.paragraphs:
        if any(not paragraph.start <= one.start < one.end <= paragraph.end for one in paragraph.sentences):
            yield f"{article.id}: a sentence lies outside of its paragraph, {paragraph.start} to {paragraph.end}"


def _in_order(article: Article) -> Sequence[Paragraph | Boilerplate]:
    spans: list[Paragraph | Boilerplate] = [*article.paragraphs, *article.boilerplate]
    return sorted(spans, key=lambda span: span.start)


def _rows(snapshot: OpenSnapshot, progress: Progress, article: Callable[[str], Article]) -> Iterator[str]:
    rows = np.arange(len(snapshot.rows), dtype=np.int64)
    text_of = lru_cache(maxsize=2)(lambda article_id: article(article_id).text)
    for start in range(0, len(rows), CHUNK_ROWS):
        some = rows[start : start + CHUNK_ROWS]
        yield from (fault for stored in snapshot.text.paragraphs(some) for fault in _row(stored, text_of))
        lengths = np.linalg.norm(snapshot.dense.vectors(some), axis=1)
        for row in some[~(np.abs(lengths - 1) <= LENGTH_TOLERANCE)]:
            yield f"row {row}: its vector is not of unit length"
        progress("check paragraphs", start + len(some), len(rows))


def _row(stored: StoredParagraph, text_of: Callable[[str], str]) -> Iterator[str]:
    where = f"{stored.article_id}: {stored.start} to {stored.end}"
    try:
        if text_of(stored.article_id)[stored.start : stored.end] != stored.text:
            yield f"{where} is not the text of row {stored.row}"
        for place in stored.also_in:
            if not 0 <= place.start < place.end <= len(text_of(place.article_id)):
                yield f"{where} is said to stand in {place.article_id} too, where there is no such range"
    except ArticleNotFound as error:
        yield f"{where}: {error}"
