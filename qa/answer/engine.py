"""The way of a question: read it, find candidates, rank them, read the best, compose the Answer."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import islice

from qa.answer import compose
from qa.answer.conversation import SearchText, search_texts
from qa.answer.filters import allowed_rows
from qa.answer.find import find
from qa.answer.mix import Mix, Ranking
from qa.answer.question import Question, encode_question
from qa.answer.reader import Evidence, Found, Reader
from qa.answer.spelling import respell
from qa.answer.suggestions import possible_questions
from qa.protocols import Encoder, Generation, Generations, StoredParagraph
from qa.records import Answer
from qa.requests import AskRequest

READ = 10
SUGGESTIONS, SUGGESTION_ARTICLES, SUGGESTION_TRIES = 4, 40, 24


class Engine:
    """Answers questions from the generation that is current; one engine serves every door and all threads."""

    def __init__(self, encoder: Encoder, generations: Generations, reader: Reader, mix: Mix) -> None:
        self._encoder = encoder
        self._generations = generations
        self._reader = reader
        self._mix = mix
        self._suggested: tuple[str, tuple[str, ...]] = ("", ())

    @property
    def encoder(self) -> Encoder:
        """Return the encoder that questions are encoded by."""
        return self._encoder

    @property
    def generation(self) -> Generation:
        """Return the generation that answers now."""
        return self._generations.current()

    def ask(self, request: AskRequest) -> Answer:
        """Return the Answer to a request, all of it from one generation."""
        started = time.perf_counter()
        generation = self.generation
        questions = [self._question(way, generation) for way in search_texts(request)]
        ranking = find(questions, generation, allowed_rows(request, generation), self._mix)
        paragraphs = generation.text.paragraphs(ranking.rows[: max(request.passages, READ)])
        found = self._found(ranking, paragraphs[:READ], questions, generation)
        evidence = self._reader.read(found, request.quotes) if found else Evidence((), 0.0)
        asked = questions[ranking.leading[0]] if found else questions[0]
        cited = compose.citations(evidence.quotes, generation.text)
        return Answer(
            id=request.id,
            question=request.question,
            searched_for=asked.text,
            reading=asked.reading,
            answered=bool(cited),
            confidence=round(evidence.confidence, 3),
            disagreement=evidence.disagreement,
            answer=compose.quoted(cited) if cited else compose.refusal(generation.text),
            citations=cited,
            passages=compose.passages(
                paragraphs[: request.passages], ranking.scores[: request.passages][: len(paragraphs)].tolist()
            ),
            index=generation.info,
            took_ms=round((time.perf_counter() - started) * 1000, 2),
        )

    def _question(self, way: SearchText, generation: Generation) -> Question:
        """Encode one way to read a question; what the caller says to search for is not respelled."""
        text = way.text if way.reading == "given" else respell(way.text, generation, self._encoder)
        return encode_question(text, way.reading, self._encoder, generation.tokens)

    def suggestions(self) -> tuple[str, ...]:
        """Return questions to begin with, at most four, all of which get an answer about what they name."""
        generation = self.generation
        if self._suggested[0] != generation.info.generation:
            self._suggested = (generation.info.generation, tuple(islice(self._answered(generation), SUGGESTIONS)))
        return self._suggested[1]

    def _answered(self, generation: Generation) -> Iterator[str]:
        articles = (generation.text.article(one.id) for one in generation.text.articles()[:SUGGESTION_ARTICLES])
        for question, name in possible_questions(articles)[:SUGGESTION_TRIES]:
            answer = self.ask(AskRequest(question))
            if answer.answered and name in answer.citations[0].quote:
                yield question

    def _found(
        self, ranking: Ranking, paragraphs: list[StoredParagraph], questions: Sequence[Question], generation: Generation
    ) -> list[Found]:
        rows = ranking.rows[: len(paragraphs)]
        tokens = generation.tokens.rows(rows)
        return [
            Found(
                paragraph=paragraph,
                questions=tuple(questions),
                score=float(ranking.scores[at]),
                tokens=tokens.vectors[tokens.starts[at] : tokens.starts[at + 1]],
            )
            for at, paragraph in enumerate(paragraphs)
        ]
