"""The training folder as families of pairs, and the families as arrays of word pieces in a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from qa.protocols import Encoder
from qa.text.sentences import split_sentences
from qa.train.dataset.followups import with_earlier_questions
from qa.train.dataset.listed import make_listed
from qa.train.dataset.pairs import KINDS, Family, Pair
from qa.train.dataset.sources import read_sources
from qa.train.dataset.unlisted import make_unlisted
from qa.train.dataset.vectors import Search, encode_texts
from qa.train.dataset.wording.careless import make_careless
from qa.train.dataset.wording.synonyms import Synonyms

DATA_SEED = 7
MOST_PIECES = 510  # of a text
TEXTS_PER_CALL = 1000
# Between the sentences of texts that were split into words before they were published.
SPLIT_END = " . "

Pieces = tuple[NDArray[np.int32], NDArray[np.int32]]
"""Ids (n,) and spans (n, 2) of a text's word pieces."""


def make_families(folder: Path, encoder: Encoder, tell: Callable[[str], None]) -> list[Family]:
    """Return all families of the training folder, the same ones each time; raises PairsMissing."""
    chance = np.random.default_rng(DATA_SEED)
    sources = read_sources(folder, chance)
    asked = [*sources.given, *sources.twins.values(), *sources.human, *sources.mined]
    tell(f"encoding {len(asked)} pairs")
    synonyms = Synonyms(encoder, [pair.question + " " + pair.passage for pair in asked])
    passages = encode_texts(encoder, [pair.passage for pair in [*sources.given, *sources.mined]])
    questions = encode_texts(encoder, [pair.question for pair in [*sources.given, *sources.twins.values()]])
    families = make_listed(sources, Search(passages, questions), synonyms, chance)
    families += make_unlisted(sources, chance)
    return make_careless(with_earlier_questions(families, sources, chance), chance)


def count_pairs(families: Sequence[Family]) -> list[str]:
    """Return lines that say how many pairs there are, and how many of each source and kind."""
    pairs = [pair for family in families for pair in family.pairs]
    counts = Counter((pair.source, pair.kind) for pair in pairs)
    held_out = sum(family.held_out() for family in families)
    return [
        f"{len(families)} families, {held_out} held out, {len(pairs)} pairs",
        *(f"{source}, {kind}: {count}" for (source, kind), count in sorted(counts.items())),
    ]


def write_table(families: Sequence[Family], tokenizer: Tokenizer, file: Path) -> None:
    """Write the families' texts as word pieces and their pairs as rows; ``Table`` reads them."""
    pairs = [pair for family in families for pair in family.pairs]
    questions = list(dict.fromkeys(pair.question for pair in pairs))
    passages = list(dict.fromkeys(pair.passage for pair in pairs))
    question_row = {text: row for row, text in enumerate(questions)}
    passage_row = {text: row for row, text in enumerate(passages)}
    asked, read = _split_into_pieces(tokenizer, questions), _split_into_pieces(tokenizer, passages)
    rows = [passage_row[pair.passage] for pair in pairs]
    spans = [_answer_pieces(pair, read[row][1]) for pair, row in zip(pairs, rows, strict=True)]
    sentence = [_sentence_numbers(text, at) for text, (_, at) in zip(passages, read, strict=True)]
    unfinished = file.with_name(f".{file.name}")
    with unfinished.open("wb") as stream:
        np.savez(
            stream,
            question_ids=np.concatenate([ids for ids, _ in asked]),
            question_ends=np.cumsum([len(ids) for ids, _ in asked]),
            passage_ids=np.concatenate([ids for ids, _ in read]),
            passage_ends=np.cumsum([len(ids) for ids, _ in read]),
            passage_sentence=np.concatenate(sentence),
            question=np.array([question_row[pair.question] for pair in pairs]),
            passage=np.array(rows),
            relevant=np.array([pair.relevant for pair in pairs], np.int8),
            answerable=np.array([pair.answerable for pair in pairs], np.int8),
            known=np.array([not pair.answers or bool(found) for pair, found in zip(pairs, spans, strict=True)]),
            span_ends=np.cumsum([len(found) for found in spans]),
            spans=np.array([span for found in spans for span in found], np.int32).reshape(-1, 2),
            kind=np.array([KINDS.index(pair.kind) for pair in pairs], np.int8),
            family_ends=np.cumsum([len(family.pairs) for family in families]),
            listed=np.array([family.listed for family in families]),
            held_out=np.array([family.held_out() for family in families]),
        )
    unfinished.replace(file)


def _split_into_pieces(tokenizer: Tokenizer, texts: Sequence[str]) -> list[Pieces]:
    """Return the word pieces of each text, without special tokens."""
    found: list[Pieces] = []
    for begin in range(0, len(texts), TEXTS_PER_CALL):
        for one in tokenizer.encode_batch(list(texts[begin : begin + TEXTS_PER_CALL]), add_special_tokens=False):
            ids, spans = one.ids[:MOST_PIECES], one.offsets[:MOST_PIECES]
            found.append((np.array(ids, np.int32), np.array(spans, np.int32).reshape(-1, 2)))
    return found


def _answer_pieces(pair: Pair, spans: NDArray[np.int32]) -> list[tuple[int, int]]:
    """Return the first and the last word piece of each answer."""
    found = []
    for answer in pair.answers:
        inside = np.flatnonzero((spans[:, 0] < answer.end) & (spans[:, 1] > answer.start))
        if len(inside):
            found.append((int(inside[0]), int(inside[-1])))
    return found


def _sentence_numbers(text: str, spans: NDArray[np.int32]) -> NDArray[np.int16]:
    """Return the number of each word piece's sentence."""
    if text == text.lower() and SPLIT_END.rstrip() in text:
        begins = [0, *(at + 2 for at in range(len(text)) if text.startswith(SPLIT_END, at))]
    else:
        begins = [span.start for span in split_sentences(text, 0, len(text))]
    return np.maximum(np.searchsorted(begins, spans[:, 0], side="right") - 1, 0).astype(np.int16)
