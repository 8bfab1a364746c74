"""Suggested questions, made from the articles' own sentences; only those that get an answer are suggested."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, TimeoutError
from itertools import islice

from qa.protocols import AnswerEngine
from qa.records import Article
from qa.requests import AskRequest

SUGGESTION_COUNT = 4
ARTICLES_READ = 40
QUESTIONS_TRIED = 24
PATIENCE_SECONDS = 1.0

# Two or three capitalised words that begin the sentence or follow a plain word.
NAME = r"(?:^|\b[a-z]+,? )(?P<name>(?!The |In |At |On )(?:[A-Z][\w’'-]+ ){1,2}[A-Z][\w’'-]+)"
ROLE = r"(?:who|whose|\d\d|(?:an? |the )?(?:[\w-]+ ){0,2}\w*(?:man|woman|er|or|ist|ian|ary|head|chief))\b"
INTRODUCED = re.compile(f"{NAME}, {ROLE}")
SPEAKING = re.compile(f"{NAME} (?:said|says|told|claims|claimed|believes)\\b")


class Suggestions:
    """The suggestions of an engine's current generation, computed once for each generation in a background thread."""

    def __init__(self, engine: AnswerEngine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._generation = ""
        self._found: Future[tuple[str, ...]] = Future()

    def current(self) -> tuple[str, ...]:
        """Return the suggestions, or none where a second has not been enough to compute them.

        Raises what the engine raises; the next call computes them again.
        """
        found = self._computation()
        try:
            return found.result(PATIENCE_SECONDS)
        except TimeoutError:
            return ()

    def _computation(self) -> Future[tuple[str, ...]]:
        """Return the computation for the current generation, which is started here where there is none."""
        generation = self._engine.snapshot.info.generation
        with self._lock:
            failed = self._found.done() and self._found.exception() is not None
            if failed or generation != self._generation:
                self._generation, self._found = generation, Future()
                threading.Thread(target=_compute, args=(self._engine, self._found), daemon=True).start()
            return self._found


def suggest(engine: AnswerEngine) -> tuple[str, ...]:
    """Return at most four questions, each of which gets an answer that contains the name it asks about."""
    text = engine.snapshot.text
    articles = (text.article(one.id) for one in text.articles()[:ARTICLES_READ])
    tried = possible_questions(articles)[:QUESTIONS_TRIED]
    return tuple(
        islice((question for question, name in tried if _is_answered(question, name, engine)), SUGGESTION_COUNT)
    )


def possible_questions(articles: Iterable[Article]) -> list[tuple[str, str]]:
    """Return questions that the articles may answer, each with the name it asks about, the most frequent name first."""
    asked: dict[str, str] = {}
    named: Counter[str] = Counter()
    for article in articles:
        for sentence in _body_sentences(article):
            for question, name in _questions(sentence):
                asked.setdefault(name, question)
                named[name] += 1
    return [(asked[name], name) for name, _ in named.most_common()]


def _compute(engine: AnswerEngine, found: Future[tuple[str, ...]]) -> None:
    try:
        found.set_result(suggest(engine))
    except Exception as error:  # raised again where the result is asked for
        found.set_exception(error)


def _is_answered(question: str, name: str, engine: AnswerEngine) -> bool:
    answer = engine.ask(AskRequest(question))
    return answer.answered and name in answer.citations[0].quote


def _body_sentences(article: Article) -> Iterator[str]:
    for paragraph in article.paragraphs:
        if paragraph.kind == "body":
            yield from (sentence.of(article.text) for sentence in paragraph.sentences)


def _questions(sentence: str) -> Iterator[tuple[str, str]]:
    for found in INTRODUCED.finditer(sentence):
        yield f"Who is {found['name']}?", found["name"]
    for found in SPEAKING.finditer(sentence):
        yield f"What did {found['name']} say?", found["name"]
