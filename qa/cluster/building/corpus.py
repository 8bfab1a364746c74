"""What only all parts together tell: repeated lines, rows and copies, and where the shards begin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.build.row_plan import RowPlan, plan_rows
from qa.cluster.building.stages.encode import PartToEncode
from qa.cluster.building.stages.parse import ParsedPart, PartToParse, repeated_in
from qa.cluster.building.stages.scan import ScannedPart
from qa.cluster.manifest import ShardEntry
from qa.store.texts.fingerprints import ParagraphFingerprints
from qa.text.lines import find_repeated_lines


def find_parts_to_parse(parts: Sequence[ScannedPart]) -> list[PartToParse]:
    """Return the parts, each with those of its lines that repeat in the articles of all parts."""
    repeated = find_repeated_lines(article.lines for part in parts for article in part.scan.articles)
    ordered = np.array(sorted(repeated), np.int64)
    return [repeated_in(part, ordered) for part in parts]


@dataclass(frozen=True, slots=True)
class Corpus:
    """The articles, paragraphs and rows of all parts, numbered in order of article id and start.

    first_articles, first_paragraphs and first_rows (parts + 1,) are the numbers with which each part begins.
    paragraph_counts (articles,): how many paragraphs each article has.
    """

    parts: tuple[str, ...]
    plan: RowPlan
    digests: NDArray[np.void]
    first_articles: NDArray[np.int64]
    first_paragraphs: NDArray[np.int64]
    first_rows: NDArray[np.int64]
    paragraph_counts: NDArray[np.int64]

    @property
    def article_of(self) -> NDArray[np.int32]:
        """The number of the article of each row."""
        articles = np.repeat(np.arange(len(self.paragraph_counts), dtype=np.int32), self.paragraph_counts)
        return articles[self.plan.paragraph_of]

    def parts_to_encode(self, ids: Sequence[str], shards_before: Sequence[ShardEntry]) -> Iterator[PartToEncode]:
        """Yield the rows of each part, with the shards of the generation before that hold articles between its ids."""
        for number, key in enumerate(self.parts):
            paragraphs = self.plan.paragraph_of[self.first_rows[number] : self.first_rows[number + 1]]
            own = ids[self.first_articles[number] : self.first_articles[number + 1]]
            before = [one.pointer for one in shards_before if own and one.first_id <= own[-1] and own[0] <= one.last_id]
            first = self.first_paragraphs[number]
            yield PartToEncode(key, paragraphs - first, self.digests[paragraphs], tuple(before))


def join_parts(articles: Sequence[int], parts: Sequence[ParsedPart]) -> Corpus:
    """Return the corpus of all parts; articles counts those of each part."""
    prints = [part.fingerprints for part in parts]
    counts = [np.bincount(one.article, minlength=count) for one, count in zip(prints, articles, strict=True)]
    # A part without paragraphs does not know how wide a signature is.
    signatures = [one.signatures for one in prints if len(one.keys)] or [np.empty((0, 0), np.uint32)]
    paragraph_counts = np.concatenate(counts).astype(np.int64)
    joined = ParagraphFingerprints(
        np.concatenate([one.keys for one in prints]),
        np.concatenate(signatures),
        np.concatenate([one.digests for one in prints]),
        np.repeat(np.arange(len(paragraph_counts), dtype=np.int32), paragraph_counts),
    )
    plan = plan_rows(joined)
    first_paragraphs = _starts([len(one.keys) for one in prints])
    return Corpus(
        parts=tuple(part.key for part in parts),
        plan=plan,
        digests=joined.digests,
        first_articles=_starts(articles),
        first_paragraphs=first_paragraphs,
        first_rows=np.searchsorted(plan.paragraph_of, first_paragraphs).astype(np.int64),
        paragraph_counts=paragraph_counts,
    )


def _starts(sizes: Sequence[int]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
