"""What people say of answers: right, wrong, and the passage that should have been quoted; nothing is overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from qa.citations.locate import locate
from qa.conversations.database import Database, utc_now
from qa.conversations.store import ConversationStore, KeptTurn, Scope
from qa.errors import ArticleNotFound, NotThere, StorageFailed
from qa.protocols import Snapshot
from qa.requests import HISTORY_LIMIT, Turn
from qa.search.passages import passage_at

Verdict = Literal["right", "wrong", "unanswerable"]
ANSWER_CHARACTERS = 20_000
# The articles nearest to a pasted passage, in which it is looked for.
ARTICLES_READ = 5


@dataclass(frozen=True, slots=True)
class Quoted:
    """An exact quote of an article."""

    article_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """A verdict on an answer, with what was asked after which turns, and what was quoted.

    "unanswerable" says that the articles do not answer the question; ``expected`` should have been quoted.
    ``searched_for`` is what a person gave to be searched for instead. ``given`` is a time in UTC.
    """

    turn: int
    given: str
    verdict: Verdict
    question: str
    history: tuple[Turn, ...]
    scope: Scope
    answered: bool
    quoted: tuple[Quoted, ...]
    expected: Quoted | None = None
    searched_for: str | None = None


class FeedbackStore:
    """The feedback on the conversations of one folder; it goes when its conversation is deleted."""

    def __init__(self, folder: Path) -> None:
        self._database = Database(folder)
        self._conversations = ConversationStore(folder)

    def give(self, conversation: str, turn: int, verdict: Verdict, expected: Quoted | None = None) -> Feedback:
        """Keep a verdict on a turn after those that were given before; raises ConversationNotFound, or NotThere."""
        turns = self._conversations.read(conversation).turns
        if not any(one.turn == turn for one in turns):
            raise NotThere(f"The conversation {conversation[:40]!r} has no turn {turn}.", "turn")
        given = _feedback(turns, turn, verdict, expected)
        with self._database.open() as database:
            database.execute(
                "INSERT INTO feedback (conversation, turn, feedback) VALUES (?, ?, ?)",
                (conversation, turn, msgspec.json.encode(given)),
            )
        return given

    def given_in(self, conversation: str) -> dict[int, Feedback]:
        """Return the last feedback on each turn of a conversation."""
        with self._database.open() as database:
            rows = database.execute(
                "SELECT turn, feedback FROM feedback WHERE conversation = ? ORDER BY number", (conversation,)
            ).fetchall()
        return {turn: _decoded(content) for turn, content in rows}

    def all(self, owner: str | None = None, collection: str | None = None) -> list[tuple[int, Feedback]]:
        """Return the last feedback on each question of each turn, with its number; with an owner only of theirs.

        With the name of a collection only that on its answers, and on those of conversations without one.
        """
        with self._database.open() as database:
            rows = database.execute(
                "SELECT f.number, f.conversation, f.feedback FROM feedback AS f JOIN conversations AS c "
                "ON c.id = f.conversation WHERE (:owner IS NULL OR c.owner = :owner) "
                "AND (:collection IS NULL OR coalesce(c.collection, :collection) = :collection) ORDER BY f.number",
                {"owner": owner, "collection": collection},
            ).fetchall()
        last: dict[tuple[str, int, str], tuple[int, Feedback]] = {}
        for number, conversation, content in rows:
            one = _decoded(content)
            last[conversation, one.turn, one.question] = number, one
        return sorted(last.values(), key=lambda one: one[0])


def passage_of(identifier: str, snapshot: Snapshot) -> Quoted:
    """Return the passage of this id; raises NotThere."""
    try:
        passage = passage_at(snapshot.text, identifier)
    except ArticleNotFound as error:
        raise NotThere(str(error), "passage") from error
    return Quoted(passage.article_id, passage.text)


def find_passage(words: str, snapshot: Snapshot) -> Quoted:
    """Return the passage of an article that has these words; raises NotThere where none has them."""
    found = []
    for article_id in snapshot.search_articles(words, ARTICLES_READ):
        text = snapshot.text.article(article_id).text
        place = locate(text, words.strip(), "", "", 0, 0)
        if place.status != "gone":
            found.append((place.status == "edited", Quoted(article_id, text[place.start : place.end])))
    if not found:
        raise NotThere("No article has this passage. Copy it from the article.", "quote")
    return min(found, key=lambda one: one[0])[1]


def _feedback(turns: tuple[KeptTurn, ...], number: int, verdict: Verdict, expected: Quoted | None) -> Feedback:
    turn, before = next(one for one in turns if one.turn == number), [one for one in turns if one.turn < number]
    answer = turn.answer
    cited = answer.citations if answer.disagreement else answer.citations[:1]
    return Feedback(
        turn=number,
        given=utc_now(),
        verdict=verdict,
        question=answer.question,
        history=tuple(
            Turn(one.answer.question, one.answer.answer[:ANSWER_CHARACTERS]) for one in before[-HISTORY_LIMIT:]
        ),
        scope=turn.scope,
        answered=answer.answered,
        quoted=tuple(Quoted(one.article_id, one.quote) for one in cited),
        expected=expected,
        searched_for=answer.searched_for if answer.reading == "given" else None,
    )


def _decoded(content: bytes) -> Feedback:
    try:
        return msgspec.json.decode(content, type=Feedback)
    except msgspec.DecodeError as error:
        raise StorageFailed(f"Feedback cannot be read: {error}. Another version of the program wrote it.") from error
