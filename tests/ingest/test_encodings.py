"""Encodings other than UTF-8: a table of languages, and UTF-8 with bad bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.ingest.formats.decoding import decode
from qa.ingest.formats.encodings import count_bad_bytes, find_encoding

# Two sentences in each of many languages, and the encodings that they were written in.
TABLE = (Path(__file__).parents[1] / "data" / "encodings.tsv").read_text(encoding="utf-8").splitlines()
CASES = [(text, name) for text, _, names in (row.partition("\t") for row in TABLE) for name in names.split()]


@pytest.mark.parametrize(("text", "name"), CASES, ids=[f"{text[:12]}-{name}" for text, name in CASES])
def test_a_text_of_two_sentences_is_decoded_in_its_encoding(text: str, name: str) -> None:
    content = text.encode(name, "replace")
    decoded = decode(content)
    assert decoded.text == content.decode(name)
    assert (decoded.note or "").startswith("not UTF-8, decoded as ")


@pytest.mark.parametrize(
    "text",
    [
        "A café on board was closed.",
        "It cost £14.3 million – twice as much.",
        "“We won’t,” she said. €38 each.",
        "Der Rat von Köln",
        "<meta charset=iso-8859-1><p>La fête a coûté 30 € par tête – l’an dernier, 28 €, dit la mairie d’Orléans.</p>",
    ],
)
def test_windows_1252_comes_before_its_lookalikes_for_a_few_letters(text: str) -> None:
    assert decode(text.encode("cp1252")).text == text


@pytest.mark.parametrize(
    ("bad", "note"),
    [
        (b"\xfc", "1 byte is not UTF-8 and shown as \ufffd"),
        (b"\x93\x94", "2 bytes are not UTF-8 and shown as \ufffd"),
    ],
)
def test_damaged_utf_8_stays_utf_8_and_loses_only_the_bad_bytes(bad: bytes, note: str) -> None:
    text = "Jörg Weiß führt die Fähre über den Fluß; Züge gibt es für Schüler. "
    decoded = decode(text.encode() + bad)
    assert (decoded.text, decoded.note) == (text + "\ufffd" * len(bad), note)


def test_one_sequence_that_happens_to_be_utf_8_proves_nothing() -> None:
    content = "Ã© steht für é, Größe für Größe, Übung für Übung".encode("cp1252")
    assert count_bad_bytes(content) is None
    assert find_encoding(content) == "cp1252"


@pytest.mark.parametrize(
    "text",
    [
        "“Rosé” reopens – at last\n\nThe owner’s dog, Zoë, was there. The naïve façade cost £300, said Señor Núñez.",
        "Über die Brücke von Köln fährt seit Mai nichts mehr, weil Träger rosten. – „Das dauert“, sagte Müller.",
    ],
)
def test_what_an_old_macintosh_wrote_has_no_capitals_inside_of_words(text: str) -> None:
    assert decode(text.encode("mac_roman")).text == text
    assert decode(text.encode("cp1252")).text == text


def test_what_was_encoded_in_utf_8_twice_is_decoded_twice() -> None:
    text = "The café “Blå Hest” of José Núñez opened – at last."
    misread = "".join(
        chr(byte) if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([byte]).decode("cp1252")
        for byte in text.encode()
    )
    decoded = decode(misread.encode())
    assert (decoded.text, decoded.note) == (text, "encoded in UTF-8 twice, decoded twice")
    assert decode(f"{misread} “café”".encode()).text == f"{misread} “café”"
    assert decode("It says cafÃ©.".encode()).text == "It says cafÃ©."
