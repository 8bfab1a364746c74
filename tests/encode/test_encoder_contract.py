"""What every encoder does, whoever implements it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from qa.protocols import Encoded, Encoder
from tests.fakes import FakeEncoder

TEXTS = [
    "The red fox runs across the frozen river.",
    "Taxes on imported grain rose in March.",
    "red",
    "",
    "A fox, a fox, a fox!",
    "Prices " * 90,
    "The red fox runs across the frozen river.",
]


@pytest.fixture(params=["fake", "onnx"])
def any_encoder(request: pytest.FixtureRequest) -> Encoder:
    encoder: Encoder = FakeEncoder() if request.param == "fake" else request.getfixturevalue("encoder")
    return encoder


def test_sentence_vectors_are_unit_float32(any_encoder: Encoder) -> None:
    for text in TEXTS:
        sentence = any_encoder.encode(text).sentence
        assert (sentence.shape, sentence.dtype) == ((any_encoder.dimension,), np.dtype(np.float32))
        assert np.linalg.norm(sentence) == pytest.approx(1, abs=1e-5)


def test_tokens_are_unit_float32_and_aligned_with_their_ids(any_encoder: Encoder) -> None:
    for text in TEXTS:
        encoded = any_encoder.encode(text)
        pieces = any_encoder.count_tokens(text)
        assert (encoded.tokens.shape, encoded.tokens.dtype) == (
            (pieces, any_encoder.token_dimension),
            np.dtype(np.float32),
        )
        assert (encoded.pieces.ids.shape, encoded.pieces.ids.dtype) == ((pieces,), np.dtype(np.int32))
        np.testing.assert_allclose(np.linalg.norm(encoded.tokens, axis=1), 1, atol=1e-5)


def test_token_ids_follow_the_words(any_encoder: Encoder) -> None:
    red, fox = (int(any_encoder.encode(word).pieces.ids[0]) for word in ("red", "fox"))
    assert red != fox
    assert any_encoder.encode("Fox red red").pieces.ids.tolist() == [fox, red, red]


def test_text_without_words_has_no_tokens(any_encoder: Encoder) -> None:
    assert any_encoder.count_tokens("") == 0
    assert any_encoder.encode("").tokens.shape == (0, any_encoder.token_dimension)


def test_encode_all_gives_each_text_its_own_vectors_in_order(any_encoder: Encoder) -> None:
    for text, encoded in zip(TEXTS, any_encoder.encode_all(iter(TEXTS)), strict=True):
        _assert_same(encoded, any_encoder.encode(text))


def test_concurrent_threads_get_the_vectors_of_their_text(any_encoder: Encoder) -> None:
    alone = [any_encoder.encode(text) for text in TEXTS]
    with ThreadPoolExecutor(4) as pool:
        for together, expected in zip(pool.map(any_encoder.encode, TEXTS * 5), alone * 5, strict=True):
            _assert_same(together, expected)


def test_long_text_is_cut_off_but_counted_whole(any_encoder: Encoder) -> None:
    longest = any_encoder.max_tokens
    text = "fox " * (longest + 7)
    assert any_encoder.count_tokens(text) == longest + 7
    assert len(any_encoder.encode(text).pieces.ids) == longest
    _assert_same(any_encoder.encode(text), any_encoder.encode("fox " * longest))


def test_nearest_text_shares_the_meaning(any_encoder: Encoder) -> None:
    question = any_encoder.encode("Where does the red fox run?").sentence
    scores = [float(question @ any_encoder.encode(text).sentence) for text in TEXTS[:2]]
    assert scores[0] > scores[1] + 0.2


def test_encoder_names_itself(any_encoder: Encoder) -> None:
    assert any_encoder.name in ("fake", "all-MiniLM-L6-v2")
    assert len(any_encoder.fingerprint) >= 8


def _assert_same(encoded: Encoded, expected: Encoded) -> None:
    np.testing.assert_array_equal(encoded.sentence, expected.sentence)
    np.testing.assert_array_equal(encoded.tokens, expected.tokens)
    np.testing.assert_array_equal(encoded.pieces.ids, expected.pieces.ids)


def test_fake_vectors_are_those_computed_by_hand() -> None:
    encoder = FakeEncoder()
    encoded = encoder.encode("Red fox, red!")
    expected = np.zeros(64, dtype=np.float32)
    expected[58], expected[48] = 2 / np.sqrt(5), 1 / np.sqrt(5)
    np.testing.assert_allclose(encoded.sentence, expected, atol=1e-7)
    assert encoded.pieces.ids.tolist() == [58, 48, 58]
    assert np.argwhere(encoded.tokens).tolist() == [[0, 58], [1, 48], [2, 58]]
