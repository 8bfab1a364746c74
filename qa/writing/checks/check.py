"""All checks of one written sentence against the sentences that it cites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from qa.text.sentences import split_sentences
from qa.writing.checks.content import Meanings, find_opposite_word, find_unmet_word
from qa.writing.checks.entailment import Entailment
from qa.writing.checks.exchanges import find_exchanged_word
from qa.writing.checks.names import find_swapped_names, find_unknown_name, lower_case_words, names_of
from qa.writing.checks.negation import NEGATIONS, SUPPOSITIONS, find_wrong_polarity, mark
from qa.writing.checks.numbers import find_numbers, find_wrong_number
from qa.writing.checks.pronouns import find_wrong_pronoun
from qa.writing.checks.quotations import find_wrong_quotation
from qa.writing.checks.words import Word, content_stems, split_words
from qa.writing.writer import Source

# Sentences of each source that a written sentence may draw on.
MOST_SENTENCES = 2
# Log odds of being said from which other words count as saying the same, and below which the same words do not.
SAID, NOT_SAID = 0.5, 0.0

Words = Sequence[Word]


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence of a source, with its words."""

    text: str
    words: tuple[Word, ...]


class Checker:
    """Checks the sentences written for one question; what it has read of the sources is kept."""

    def __init__(self, sources: Sequence[Source], meanings: Meanings, entailment: Entailment) -> None:
        self._sources = {source.marker: source for source in sources}
        self._sentences = {source.marker: _split(source.text) for source in sources}
        self._meanings, self._entailment = meanings, entailment
        everywhere = [word for sentences in self._sentences.values() for one in sentences for word in one.words]
        self._lower_case = lower_case_words(everywhere)

    def find_fault(self, text: str, markers: Sequence[int]) -> str | None:
        """Return in words what the sources do not bear, or None for a sentence that is supported.

        ``text`` is the sentence without its markers.
        """
        unknown = [marker for marker in markers if marker not in self._sources]
        if not markers or unknown:
            return f"there is no quotation {unknown[0]}" if unknown else "it cites no quotation"
        words = split_words(text)
        if not content_stems(words):
            return "it says nothing"
        cited = [one for marker in dict.fromkeys(markers) for one in self._choose(words, marker)]
        return next(self._faults(text, words, cited, markers), None)

    def _choose(self, words: Words, marker: int) -> list[CitedSentence]:
        """Return the sentences of the source that share the most with the written one, in their order."""
        sentences = self._sentences[marker]
        missing = set(content_stems(words))
        chosen: list[int] = []
        for _ in range(min(MOST_SENTENCES, len(sentences))):
            shared = [len(missing & content_stems(one.words)) for one in sentences]
            best = max(range(len(sentences)), key=shared.__getitem__)
            if chosen and not shared[best]:
                break
            chosen.append(best)
            missing -= content_stems(sentences[best].words)
        return [sentences[place] for place in sorted(set(chosen))]

    def _faults(self, text: str, words: Words, cited: Sequence[CitedSentence], markers: Sequence[int]) -> Iterator[str]:
        texts = [self._sources[marker].text for marker in markers]
        quotation = find_wrong_quotation(text, texts)
        if quotation is not None:
            yield f"the quotation “{quotation}” is not there"
        number = find_wrong_number(
            find_numbers(text), [one for sentence in cited for one in find_numbers(sentence.text)]
        )
        if number is not None:
            yield f"the number {number} is not there"
        yield from self._name_faults(text, words, cited, markers)
        there = [word.text for marker in markers for one in self._sentences[marker] for word in one.words]
        pronoun = find_wrong_pronoun([word.text for word in words], there)
        if pronoun is not None:
            yield f"nobody is called “{pronoun}” there"
        negated = find_wrong_polarity(
            mark(text, words, NEGATIONS), [mark(one.text, one.words, NEGATIONS) for one in cited]
        )
        if negated is not None:
            yield f"what is denied differs at “{negated}”"
        supposed = find_wrong_polarity(
            mark(text, words, SUPPOSITIONS), [mark(one.text, one.words, SUPPOSITIONS) for one in cited]
        )
        if supposed is not None:
            yield f"what is only supposed differs at “{supposed}”"
        exchanged = find_exchanged_word(words, [one.words for one in cited])
        if exchanged is not None:
            yield f"“{exchanged}” was exchanged, put in or taken out"
        yield from self._content_faults(text, words, cited)

    def _content_faults(self, text: str, words: Words, cited: Sequence[CitedSentence]) -> Iterator[str]:
        if any(_have_same_words(words, one.words) for one in cited):
            return
        opposite = find_opposite_word(words, [one.words for one in cited])
        if opposite is not None:
            yield f"“{opposite}” is not there"
        odds = self._judge(text, cited)
        if odds is not None and odds < NOT_SAID:
            yield "it is not what is said there"
        sentences: Mapping[str, Words] = {one.text: one.words for one in cited}
        unmet = find_unmet_word(text, words, sentences, self._meanings)
        if unmet is not None and (odds is None or odds < SAID):
            yield f"“{unmet}” is not there"

    def _judge(self, text: str, cited: Sequence[CitedSentence]) -> float | None:
        """Return the log odds that the cited sentences say the text, where they can be read."""
        read = [self._meanings.of(one.text).ids for one in cited]
        return self._entailment.judge(self._meanings.of(text).ids, np.concatenate(read)) if read else None

    def _name_faults(
        self, text: str, words: Words, cited: Sequence[CitedSentence], markers: Sequence[int]
    ) -> Iterator[str]:
        names = names_of(words, self._lower_case)
        titles = [word for marker in markers for word in split_words(self._sources[marker].title)]
        known = frozenset(word.stem for one in cited for word in one.words) | {word.stem for word in titles}
        name = find_unknown_name(names, known)
        if name is not None:
            yield f"the name {name} is not there"
        swapped = find_swapped_names(text, names, [(one.text, one.words) for one in cited])
        if swapped is not None:
            yield f"{swapped[0]} and {swapped[1]} have changed places"


def _have_same_words(one: Words, other: Words) -> bool:
    return [word.text for word in one] == [word.text for word in other]


def _split(text: str) -> tuple[CitedSentence, ...]:
    parts = [span.of(text) for span in split_sentences(text, 0, len(text))]
    return tuple(CitedSentence(part, split_words(part)) for part in parts)
