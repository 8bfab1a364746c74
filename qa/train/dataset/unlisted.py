"""Unlisted families: a passage with questions that it answers and others, by people or edited, that it does not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from qa.records import Span
from qa.text.sentences import split_sentences
from qa.train.dataset.listed import STANDALONE
from qa.train.dataset.pairs import UNKNOWN, Family, Pair, pick
from qa.train.dataset.sources import Sources
from qa.train.dataset.text import passage_key, plain
from qa.train.dataset.wording.edits import edit_question

# Sources whose questions can be edited, and those whose passages can lose a sentence.
EDITABLE = {
    "contrast_sets",
    "onestop_qa",
    "selqa",
    "squad11_train_cs224n",
    "squad11_train_du",
    "squadshifts",
    "timeqa",
}
SHORTENABLE = EDITABLE | {"fairytaleqa", "squadshifts/amazon_reviews", "squadshifts/reddit"}
EDITED_SHARE, SHORTENED_SHARE = 0.62, 0.3  # of the pairs
CONTROL_SHARE = 0.2  # of the shortened pairs


def make_unlisted(sources: Sources, chance: np.random.Generator) -> list[Family]:
    """Return the families of human questions, then those of edited questions and shortened passages."""
    families = [*_human_families(sources, chance)]
    titled = defaultdict(list)
    for pair in sources.given:
        titled[pair.source, pair.title].append(pair.passage)
    for pair in sources.given:
        made = [*_edited(pair, titled[pair.source, pair.title], chance), *_shortened(pair, chance)]
        if made or pair.source not in STANDALONE:
            families.append(Family((pair, *made), False, passage_key(pair.passage)))
    return families


def _human_families(sources: Sources, chance: np.random.Generator) -> Iterator[Family]:
    """Yield each question that people wrote, with its twin and with another question that the passage answers."""
    answered = defaultdict(list)
    for pair in sources.given:
        if pair.source.startswith("squad11"):
            answered[passage_key(pair.passage)].append(pair)
    for number, pair in enumerate(sources.human):
        key = passage_key(pair.passage)
        beside = [sources.twins[number]] if number in sources.twins else []
        beside += [pick(answered[key], chance)] if answered[key] else []
        others = [replace(one, passage=pair.passage, answers=_moved(one, pair)) for one in beside]
        yield Family((pair, *others), False, key)


def _moved(pair: Pair, other: Pair) -> tuple[Span, ...]:
    """Return the pair's answers where the other's passage is the same text, otherwise none."""
    return pair.answers if pair.passage == other.passage else ()


def _edited(pair: Pair, passages: Sequence[str], chance: np.random.Generator) -> Iterator[Pair]:
    if pair.source in EDITABLE and chance.random() < EDITED_SHARE:
        edit = edit_question(pair.question, pair.passage, pick(passages, chance), chance)
        if edit is not None:
            yield replace(pair, question=edit, relevant=UNKNOWN, answerable=0, answers=(), kind="edited")


def _shortened(pair: Pair, chance: np.random.Generator) -> Iterator[Pair]:
    """Yield the pair without the sentences of its answer, or sometimes, as a control, without another sentence."""
    if pair.source not in SHORTENABLE or not pair.answers or chance.random() >= SHORTENED_SHARE:
        return
    spans = split_sentences(pair.passage, 0, len(pair.passage))
    answering = _answering(pair, spans)
    others = [number for number in range(len(spans)) if number not in answering]
    if len(others) < 2:
        return
    control = chance.random() < CONTROL_SHARE
    text, answers = _without(pair, spans, {pick(others, chance)} if control else answering)
    if not control:
        yield replace(pair, passage=text, relevant=UNKNOWN, answerable=0, answers=(), kind="shortened")
    elif answers:
        yield replace(pair, passage=text, answers=answers, kind="control")


def _answering(pair: Pair, spans: Sequence[Span]) -> set[int]:
    """Return the numbers of the sentences that hold an answer, or the words of one."""
    answers = [f" {plain(answer.of(pair.passage))} " for answer in pair.answers]
    return {
        number
        for number, span in enumerate(spans)
        if any(answer.start < span.end and answer.end > span.start for answer in pair.answers)
        or any(words.strip() and words in f" {plain(span.of(pair.passage))} " for words in answers)
    }


def _without(pair: Pair, spans: Sequence[Span], dropped: set[int]) -> tuple[str, tuple[Span, ...]]:
    """Return the passage without the dropped sentences, and the answers in it."""
    text, answers = "", []
    for number, span in enumerate(spans):
        if number not in dropped:
            moved = len(text) - span.start
            inside = [one for one in pair.answers if span.start <= one.start and one.end <= span.end]
            answers += [Span(one.start + moved, one.end + moved) for one in inside]
            text += span.of(pair.passage) + " "
    return text.strip(), tuple(answers)
