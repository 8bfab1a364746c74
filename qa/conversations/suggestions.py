"""Suggested questions, made from the articles' own sentences; only those that get an answer are suggested."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, TimeoutError
from itertools import chain, islice, zip_longest

from qa.conversations.question_patterns import KINDS, PossibleQuestion, possible_in
from qa.protocols import AnswerEngine
from qa.records import Article
from qa.requests import AskRequest

SUGGESTION_COUNT = 4
ARTICLES_READ = 40
QUESTIONS_TRIED = 24
PATIENCE_SECONDS = 1.0
# Choices of articles whose suggestions are remembered.
CHOICES_KEPT = 32


class Suggestions:
    """The suggestions of an engine's current generation, computed in a background thread, one choice at a time.

    They are computed once for each generation and choice of articles.
    """

    def __init__(self, engine: AnswerEngine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._computing = threading.Lock()
        self._found: OrderedDict[tuple[str, tuple[str, ...]], Future[tuple[str, ...]]] = OrderedDict()

    def current(self, articles: Iterable[str] = ()) -> tuple[str, ...]:
        """Return the suggestions about these articles, of all where none is named.

        None are returned where a second has not been enough to compute them. Raises what the engine raises; the next
        call computes them again.
        """
        found = self._computation(tuple(sorted(articles)))
        try:
            return found.result(PATIENCE_SECONDS)
        except TimeoutError:
            return ()

    def _computation(self, articles: tuple[str, ...]) -> Future[tuple[str, ...]]:
        """Return the computation for the current generation, which is started here where there is none."""
        key = self._engine.snapshot.info.generation, articles
        with self._lock:
            found = self._found.get(key)
            if found is None or (found.done() and found.exception() is not None):
                found = self._found[key] = Future()
                threading.Thread(target=self._compute, args=(found, articles), daemon=True).start()
            self._found.move_to_end(key)
            while len(self._found) > CHOICES_KEPT:
                self._found.popitem(last=False)
            return found

    def _compute(self, found: Future[tuple[str, ...]], articles: tuple[str, ...]) -> None:
        try:
            with self._computing:
                found.set_result(suggest(self._engine, articles))
        except Exception as error:  # raised again where the result is asked for
            found.set_exception(error)


def suggest(engine: AnswerEngine, articles: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return at most four questions of several kinds, each of which gets an answer that holds what it asks about.

    With articles they are about these alone, and are answered from them.
    """
    text = engine.snapshot.text
    ids = articles or tuple(one.id for one in text.articles())
    tried = possible_questions(text.article(one) for one in ids[:ARTICLES_READ])[:QUESTIONS_TRIED]
    answered = (one.question for one in tried if _is_answered(one, engine, articles))
    return tuple(islice(answered, SUGGESTION_COUNT))


def possible_questions(articles: Iterable[Article]) -> list[PossibleQuestion]:
    """Return questions that the articles may answer, their kinds in turn; of each the most frequent name is first."""
    asked: dict[tuple[str, str], PossibleQuestion] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for article in articles:
        for sentence in _body_sentences(article):
            for one in possible_in(sentence):
                about = one.kind, one.question if one.kind in {"when", "why"} else one.expected
                asked.setdefault(about, one)
                counts[about] += 1
    by_kind = [[asked[about] for about, _ in counts.most_common() if about[0] == kind] for kind in KINDS]
    return [one for one in chain.from_iterable(zip_longest(*by_kind)) if one is not None]


def _is_answered(one: PossibleQuestion, engine: AnswerEngine, articles: tuple[str, ...]) -> bool:
    answer = engine.ask(AskRequest(one.question, articles=articles))
    return answer.answered and one.expected in answer.citations[0].quote


def _body_sentences(article: Article) -> Iterator[str]:
    for paragraph in article.paragraphs:
        if paragraph.kind == "body":
            yield from (sentence.of(article.text) for sentence in paragraph.sentences)
