"""Families as arrays and batches: windows, padding, and the same batches for a seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from qa.encode.card import TOKENIZER
from qa.records import Span
from qa.train.dataset.batches import FIRST, SEPARATOR, Batches, pad
from qa.train.dataset.pairs import UNKNOWN, Family, Pair
from qa.train.dataset.prepare import write_table
from qa.train.dataset.table import FEWEST_PIECES, Table, cut_passage

PASSAGE = "It was cold. The gate is red. Nobody came."
GIVEN = Pair("What is red?", PASSAGE, 1, 1, (Span(13, 21),), "given", "squadshifts", "t")
HUMAN = Pair("Who came in?", PASSAGE, UNKNOWN, 0, (), "human", "squad2_train_rebuilt", "t")
OTHER = Pair("What is red?", "Nobody came.", 0, 0, (), "retrieved", "squadshifts", "t")


@pytest.fixture
def table(encoder_folder: Path, tmp_path: Path) -> Table:
    families = [Family((GIVEN, OTHER), True, "a"), Family((HUMAN, GIVEN), False, "a")]
    write_table(families, Tokenizer.from_file(str(encoder_folder / TOKENIZER)), tmp_path / "pairs.npz")
    return Table(tmp_path / "pairs.npz")


def test_a_window_has_the_answer_and_the_sentences(table: Table) -> None:
    given, other = table.windows(0, 100, np.random.default_rng(0))
    assert given.sentence.tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2]
    assert given.spans.tolist() == [[4, 5]]
    assert (given.length, given.relevant, given.answerable) == (19, 1, 1)
    assert (len(other.passage), other.spans.tolist(), other.relevant) == (3, [], 0)
    assert table.length(0) == 19
    assert [table.can_be_cut(family) for family in range(2)] == [True, True]


def test_a_batch_is_padded_and_marks_answers(table: Table) -> None:
    windows = table.windows(0, 100, np.random.default_rng(0))
    batch = pad(windows, [0, 0], [True, True])
    question, passage = windows[0].question.tolist(), windows[0].passage.tolist()
    assert batch.ids[0].tolist() == [FIRST, *question, SEPARATOR, *passage, SEPARATOR, *[0] * 5]
    assert batch.types[0].tolist() == [0] * 6 + [1] * 13 + [0] * 5
    assert batch.mask.sum(1).tolist() == [19, 10]
    assert batch.starts[0].nonzero().flatten().tolist() == [10]
    assert batch.ends[0].nonzero().flatten().tolist() == [11]
    assert batch.sentences.tolist() == [[0, 1, 0], [0, 0, 0]]
    assert (batch.other.tolist(), batch.answerable.tolist()) == ([False, True], [1, 0])


def test_batches_are_the_same_for_a_seed(table: Table) -> None:
    made = [[batch.ids.tolist() for batch in Batches(table, 4, cut=True).epoch([0, 1, 1])] for _ in range(2)]
    assert made[0] == made[1]
    assert sum(len(ids) for ids in made[0]) == 6


def test_a_pair_whose_answer_was_cut_off_is_left_out(encoder_folder: Path, tmp_path: Path) -> None:
    passage = "one " * 600 + "red."
    far = Pair("What?", passage, 1, 1, (Span(2400, 2403),), "given", "squadshifts", "t")
    families = [Family((far, OTHER), True, "a")]
    write_table(families, Tokenizer.from_file(str(encoder_folder / TOKENIZER)), tmp_path / "pairs.npz")
    table = Table(tmp_path / "pairs.npz")
    assert [table.usable(pair) for pair in table.pairs_of(0)] == [False, True]


@pytest.mark.parametrize("seed", range(20))
def test_a_cut_keeps_whole_sentences_and_the_answer(seed: int) -> None:
    sentence = np.repeat(np.arange(10), 10).astype(np.int16)
    spans = np.array([[43, 47]])
    first, end = cut_passage(sentence, spans, FEWEST_PIECES, np.random.default_rng(seed))
    assert (first % 10, end % 10) == (0, 0)
    assert first <= 43
    assert 47 < end <= first + FEWEST_PIECES


def test_a_sentence_that_is_too_long_is_cut_around_the_answer() -> None:
    sentence = np.zeros(100, np.int16)
    assert cut_passage(sentence, np.array([[70, 79]]), 40, np.random.default_rng(0)) == (40, 80)
    assert cut_passage(sentence, np.zeros((0, 2), np.int64), 40, np.random.default_rng(0)) == (0, 40)
    assert cut_passage(sentence, np.array([[70, 79]]), 100, np.random.default_rng(0)) == (0, 100)
