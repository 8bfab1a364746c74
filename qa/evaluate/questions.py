"""Question sets: JSON Lines of questions with their answers as spans of the articles."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import msgspec

from qa.errors import ArticleNotFound, BadRequest
from qa.protocols import TextStore
from qa.records import Place
from qa.requests import AskRequest, Turn

NEAR, OFF_TOPIC, OTHER = "near-topic", "off-topic", "boilerplate, chit-chat"


class Evidence(msgspec.Struct, frozen=True):
    """Evidence of an answer: an exact quote of an article, or the whole article."""

    article: str
    quote: str | None = None


class HistoryTurn(msgspec.Struct, frozen=True):
    """An earlier question and its answer."""

    question: str
    answer: str = ""


class EvaluationQuestion(msgspec.Struct, frozen=True):
    """One question of a set; any of ``answers`` is right.

    The ``note`` of an unanswerable question starts with near (near-topic) or off (off-topic), else it is of OTHER. With
    ``articles``, ``since`` or ``until`` it is asked of these articles or days only.
    """

    id: str
    question: str
    kind: str
    answerable: bool
    history: tuple[HistoryTurn, ...] = ()
    answers: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    note: str = ""
    articles: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None

    @property
    def group(self) -> str:
        """Return the kind under which the question is counted."""
        if self.answerable:
            return self.kind
        return NEAR if self.note.startswith("near") else OFF_TOPIC if self.note.startswith("off") else OTHER

    @property
    def request(self) -> AskRequest:
        """Return the request that asks it."""
        history = tuple(Turn(turn.question, turn.answer) for turn in self.history)
        return AskRequest(
            question=self.question, history=history, articles=self.articles, since=self.since, until=self.until
        )


@dataclass(frozen=True, slots=True)
class Gold:
    """Places that answer a question; an end of -1 stands for the whole article."""

    places: tuple[Place, ...]

    @property
    def articles(self) -> frozenset[str]:
        return frozenset(place.article_id for place in self.places)

    def hit(self, article_id: str, start: int, end: int) -> bool:
        """Return whether a span overlaps a place of the same article by at least half of the shorter one."""
        return any(_hits(place, start, end) for place in self.places if place.article_id == article_id)


def _hits(place: Place, start: int, end: int) -> bool:
    if place.end < 0:
        return True
    shorter = min(end - start, place.end - place.start)
    return shorter > 0 and min(end, place.end) - max(start, place.start) >= shorter / 2


def read_questions(path: Path) -> list[EvaluationQuestion]:
    """Return the questions of a file; raises BadRequest naming the line that cannot be read."""
    questions = []
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise BadRequest(f"Cannot read {path}: {error.strerror}.") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                questions.append(msgspec.json.decode(line, type=EvaluationQuestion))
            except msgspec.DecodeError as error:
                raise BadRequest(f"{path}, line {number}: {error}") from error
    if not questions:
        raise BadRequest(f"{path} holds no questions.")
    return questions


def gold(question: EvaluationQuestion, text: TextStore) -> Gold:
    """Return every occurrence of the question's evidence; raises BadRequest when an article or quote is missing."""
    places: list[Place] = []
    for evidence in question.evidence:
        article_id = _article_id(evidence.article)
        try:
            found = _occurrences(article_id, evidence.quote, text)
        except ArticleNotFound as error:
            raise BadRequest(f"Question {question.id}: {error}") from error
        if not found:
            raise BadRequest(f"Question {question.id}: {article_id} does not hold {evidence.quote!r}.")
        places += found
    return Gold(tuple(places))


def _article_id(name: str) -> str:
    path = PurePosixPath(name)
    return str(path.with_suffix("")) if path.suffix in {".txt", ".md", ".html", ".htm"} else name


def _occurrences(article_id: str, quote: str | None, text: TextStore) -> list[Place]:
    article = text.article(article_id).text
    if not quote:
        return [Place(article_id, 0, -1)]
    places, at = [], article.find(quote)
    while at >= 0:
        places.append(Place(article_id, at, at + len(quote)))
        at = article.find(quote, at + 1)
    return places
