"""Negatives made from pairs that answer: passages without their answer, questions that ask for something else.

Few questions that people wrote are unanswerable. Without these the reader would only learn to tell topics apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

import numpy as np

from qa.records import Span
from qa.text.sentences import split_sentences
from qa.train.dataset.edits import edits_of
from qa.train.dataset.pairs import Pair, pick, plain

SHORTENED_COUNT, SWAPPED_COUNT = 7000, 11000
# Sources whose passages are running text, and sources whose questions can be edited.
RUNNING_TEXT = {"squadshifts", "squad11_train_cs224n", "onestop_qa", "timeqa", "contrast_sets", "fairytaleqa"}
EDITABLE = RUNNING_TEXT | {"reqa_squad_bioasq", "selqa", "qamr"}
# One passage in five loses a sentence without the answer, so that a gap alone is no sign of a negative.
CONTROL_SHARE = 0.2


def with_negatives(pairs: Sequence[Pair], chance: np.random.Generator) -> list[Pair]:
    """Return the pairs, followed by the negatives made from those that answer."""
    answering = [pair for pair in pairs if pair.answerable]
    order = [answering[number] for number in chance.permutation(len(answering))]
    return [*pairs, *_shorten_passages(order, chance), *_swap(order, chance)]


def _shorten_passages(pairs: Sequence[Pair], chance: np.random.Generator) -> list[Pair]:
    made: list[Pair] = []
    for pair in pairs:
        if len(made) < SHORTENED_COUNT and pair.source in RUNNING_TEXT:
            made.extend(_shorten(pair, chance))
    return [pair for pair in made if pair.usable()]


def _shorten(pair: Pair, chance: np.random.Generator) -> list[Pair]:
    """Return the pair without its answer's sentences or, as a control, without another; none if too short."""
    spans = split_sentences(pair.passage, 0, len(pair.passage))
    answering = {
        number
        for number, span in enumerate(spans)
        if any(answer.start < span.end and answer.end > span.start for answer in pair.answers)
    }
    others = [number for number in range(len(spans)) if number not in answering]
    if not answering or len(others) < 2:
        return []
    control = chance.random() < CONTROL_SHARE
    dropped = {pick(others, chance)} if control else answering | _find_answer_sentences(pair, spans)
    return [_remove_sentences(pair, spans, dropped, control)] if len(spans) - len(dropped) >= 2 else []


def _find_answer_sentences(pair: Pair, spans: Sequence[Span]) -> set[int]:
    """Return the sentences that contain the words of an answer, wherever they occur."""
    said = [f" {plain(answer.of(pair.passage))} " for answer in pair.answers]
    return {
        number
        for number, span in enumerate(spans)
        if any(words.strip() and words in f" {plain(span.of(pair.passage))} " for words in said)
    }


def _remove_sentences(pair: Pair, spans: Sequence[Span], dropped: Collection[int], control: bool) -> Pair:
    text, answers = "", []
    for number, span in enumerate(spans):
        if number not in dropped:
            moved = len(text) - span.start
            inside = [answer for answer in pair.answers if span.start <= answer.start and answer.end <= span.end]
            answers += [Span(answer.start + moved, answer.end + moved) for answer in inside]
            text += span.of(pair.passage) + " "
    if control:
        return Pair(pair.question, text.strip(), True, tuple(answers), "control", pair.source, pair.group)
    return Pair(pair.question, text.strip(), False, (), "shortened", pair.source, pair.group)


def _swap(pairs: Sequence[Pair], chance: np.random.Generator) -> list[Pair]:
    """Return pairs with edited questions, which their passage most probably does not answer."""
    beside = defaultdict(list)
    for pair in pairs:
        beside[pair.group].append(pair.passage)
    made: list[Pair] = []
    for pair in pairs:
        if len(made) < SWAPPED_COUNT and pair.source in EDITABLE:
            edits = edits_of(pair.question, pair.passage, pick(beside[pair.group], chance), chance)
            if edits:
                edit = pick(edits, chance)
                made.append(Pair(edit, pair.passage, False, (), "swapped", pair.source, pair.group))
    return made
