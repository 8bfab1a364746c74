"""The search for a request: interpret, respell and encode it, rank the candidates, demote headings."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from qa.protocols import Encoder, Rows, Snapshot
from qa.requests import SearchRequest
from qa.scope import Scope
from qa.search.filters import scope_of
from qa.search.interpretation import Interpretation, changes_topic, interpret
from qa.search.kinds import demote_headings
from qa.search.question import Question, encode_question
from qa.search.ranking.fuse import Mix, Ranking
from qa.search.ranking.ranker import Ranked, rank_candidates
from qa.search.spelling import respell, rewrite_numbers

# Passages that are read.
READ_DEPTH = 6
# Further ranks whose kinds are looked at, so that others can take the places of demoted headings and bylines.
SPARE_PASSAGES = 20


@dataclass(frozen=True, slots=True)
class Found:
    """The best paragraphs for a request by all scores, before they are read; ranking and rows (n,) are in one order."""

    questions: tuple[Question, ...]
    scope: Scope | None
    ranking: Ranking
    rows: Rows


class Searcher:
    """Finds the paragraphs for a request in a snapshot, by one encoder and one mix of scores."""

    def __init__(self, encoder: Encoder, mix: Mix) -> None:
        self._encoder = encoder
        self._mix = mix
        self._known_words: WeakKeyDictionary[Snapshot, dict[str, str]] = WeakKeyDictionary()

    def find(self, request: SearchRequest, snapshot: Snapshot) -> Found:
        """Return the best paragraphs for the request, ``request.passages`` and READ_DEPTH at least where there are.

        Raises BadScope for a scope that no article can be in.
        """
        scope = scope_of(request, snapshot.text)
        questions = tuple(self._encode(one, snapshot) for one in interpret(request))
        ranked = rank_candidates(questions, snapshot, scope, self._mix)
        if len(questions) > 1 and _changes_topic(questions[0], ranked):
            questions = questions[:1]
            ranked = rank_candidates(questions, snapshot, scope, self._mix)
        ranking = _best(request.question, ranked, max(request.passages, READ_DEPTH))
        return Found(questions, scope, ranking, ranked.candidates.rows[ranking.places])

    def _encode(self, interpretation: Interpretation, snapshot: Snapshot) -> Question:
        """Encode an interpretation; a text that the caller gave to search for is not respelled."""
        text = interpretation.text
        if interpretation.kind != "given":
            text = respell(text, snapshot, self._encoder, self._known_words.setdefault(snapshot, {}))
            text = rewrite_numbers(text, snapshot)
        return encode_question(text, interpretation.kind, self._encoder, snapshot)


def _changes_topic(question: Question, ranked: Ranked) -> bool:
    """Return whether the question, the first interpretation, has nothing to do with the history before it."""
    best = ranked.ranking.places[:READ_DEPTH]
    if not len(best):
        return False
    alone = ranked.scores[0]
    return changes_topic(question, float(alone.known("late")[best].max()), float(alone.known("dense")[best].max()))


def _best(question: str, ranked: Ranked, count: int) -> Ranking:
    """Return the top ``count`` of the ranking after demoting headings and bylines."""
    first = ranked.ranking.at(slice(count + SPARE_PASSAGES))
    kinds = [ranked.candidates.kinds[place] for place in first.places.tolist()]
    return first.rescore(demote_headings(question, kinds, first.scores)).at(slice(count))
