"""Reading: the best paragraphs of a search are judged by a reader, which may change their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.answer.contract import check_read
from qa.answer.copies import place_copies
from qa.answer.reader import Candidate, Reader, ReadPassage
from qa.protocols import Snapshot, StoredParagraph, StoredTokens
from qa.scope import Scope
from qa.search.contract import check_texts
from qa.search.question import Question
from qa.search.searcher import READ_DEPTH, Found


@dataclass(frozen=True, slots=True)
class Results:
    """The passages for a request, best first.

    read: the first ones, as read. further: paragraphs after them that were not read, with their scores. leading: the
    interpretation that ranks the best passage highest. scope: the articles and days that may answer, None for all.
    """

    read: list[ReadPassage]
    further: list[tuple[StoredParagraph, float]]
    leading: Question
    scope: Scope | None

    def ranked(self) -> list[tuple[StoredParagraph, float]]:
        """Return all paragraphs with their scores, best first."""
        return [(one.candidate.paragraph, one.score) for one in self.read] + self.further


def read_found(found: Found, snapshot: Snapshot, reader: Reader) -> Results:
    """Return what was found after the reader has judged the first READ_DEPTH paragraphs."""
    paragraphs, tokens = snapshot.read(found.rows, found.scope, READ_DEPTH)
    check_texts(paragraphs, tokens, found.rows, READ_DEPTH)
    if not paragraphs:
        return Results([], [], found.questions[0], found.scope)
    paragraphs = place_copies(paragraphs, found.questions, snapshot, found.scope)
    candidates = _candidates(found, paragraphs[:READ_DEPTH], tokens)
    read = reader.read(candidates)
    check_read(read, candidates)
    order = sorted(range(len(read)), key=lambda place: -read[place].score)
    further = zip(paragraphs[READ_DEPTH:], found.ranking.scores[READ_DEPTH:].tolist(), strict=True)
    leading = found.questions[found.ranking.leading[order[0]]]
    return Results([read[place] for place in order], list(further), leading, found.scope)


def _candidates(found: Found, paragraphs: Sequence[StoredParagraph], tokens: Sequence[StoredTokens]) -> list[Candidate]:
    ranking = found.ranking
    return [
        Candidate(
            paragraph=paragraph,
            questions=found.questions,
            score=float(ranking.scores[at]),
            late=float(ranking.late[at]),
            dense=float(ranking.dense[at]),
            tokens=tokens[at],
        )
        for at, paragraph in enumerate(paragraphs)
    ]
