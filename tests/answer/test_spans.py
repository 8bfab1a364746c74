import numpy as np

from qa.answer.disagreement.values import AnswerSpan
from qa.answer.network import answer_spans
from qa.protocols import CONTINUES_WORD, WordPieces

TEXT = "Ann Lee sang. Bo hummed."
SPANS = np.array([(0, 3), (4, 7), (8, 10), (10, 12), (12, 13), (14, 16), (17, 23), (23, 24)], np.int32)
MARKS = np.array([0, 0, 0, CONTINUES_WORD, 0, 0, 0, 0], np.int32)
PIECES = WordPieces(np.arange(8, dtype=np.int32), SPANS, MARKS)
SENTENCE = np.array([0, 0, 0, 0, 0, 1, 1, 1])


def logits(place: int) -> np.ndarray:
    found = np.full(8, -20.0, np.float32)
    found[place] = 0.0
    return found


def test_the_most_probable_phrase_comes_first() -> None:
    best = answer_spans(logits(0), logits(1), PIECES, SENTENCE, TEXT)[0]
    assert best == AnswerSpan("Ann Lee", best.log_probability)
    assert -1e-3 < best.log_probability <= 0


def test_phrases_are_of_whole_words_in_one_sentence_and_never_overlap() -> None:
    found = [one.text for one in answer_spans(logits(3), logits(5), PIECES, SENTENCE, TEXT)]
    assert found[0] == "Bo"
    assert not any(one.startswith("ng") or one.endswith("sa") for one in found)
    assert not any("sang" in one and "Bo" in one for one in found)
