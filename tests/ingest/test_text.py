"""Folded texts, lines and sentences: offsets first."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.records import Span
from qa.text.fold import FoldedText, fold
from qa.text.lines import find_repeated_lines, line_keys, line_spans, read_lines
from qa.text.sentences import split_sentences

NEWSY = st.text(st.sampled_from("aA. \n\r“”\"'…é—1?)x\u200b\x85\u2028"), max_size=200)
ANY = st.one_of(st.text(max_size=200), st.text(st.characters(codec=None), max_size=80), NEWSY)


@given(ANY)
def test_fold_is_the_text_of_the_folded_text_and_offsets_never_decrease(text: str) -> None:
    folded = FoldedText.of(text)
    assert fold(text) == folded.text
    assert len(folded.offsets) == len(folded.text)
    assert np.all(np.diff(folded.offsets) >= 0)
    assert folded.text == "" or (folded.offsets[0] >= 0 and folded.offsets[-1] < len(text))


@given(ANY)
def test_fold_of_each_code_point_makes_the_fold_of_the_text(text: str) -> None:
    assert "".join(map(fold, text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("César", "cesar"),
        ("Ce\u0301sar", "cesar"),
        ("“I Want To Live”", '"i want to live"'),
        ("‘won’t’", "'won't'"),
        ("1–2—3−4", "1-2-3-4"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("ﬁne １２ ½", "fine 12 1⁄2"),
        ("STRASSE straße", "strasse strasse"),
        ("a\u00a0b…", "a b..."),
        ("Łódź Øre", "lodz ore"),
        ("Þórður Ægisson", "thordur aegisson"),
        ("ガ हिन्दी", "カ\u3099 हिन्दी"),
    ],
)
def test_fold_makes_one_spelling(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_folded_text_leads_back_to_the_original() -> None:
    text = "Said “César…” twice"
    folded = FoldedText.of(text)
    start = folded.text.index("cesar...")
    assert folded.original(start, start + len("cesar...")).of(text) == "César…"


@given(ANY)
def test_lines_are_what_stands_between_newlines(text: str) -> None:
    plain = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert [span.of(text) for span in line_spans(text)] == plain


def test_unicode_separators_do_not_end_a_line() -> None:
    assert line_spans("a\u2028b\x85c\x0bd") == [Span(0, 7)]


def test_blank_lines_only_mark_the_line_after_them() -> None:
    assert [(line.text, line.after_blank) for line in read_lines("One \n two\n \nthree")] == [
        ("One", True),
        ("two", False),
        ("three", True),
    ]


def test_line_keys_do_not_depend_on_the_machine_or_the_spelling_of_quotes() -> None:
    assert line_keys("Don’t miss it").tolist() == line_keys("DON'T MISS IT\n\nDon't miss it").tolist()
    assert line_keys("Don’t miss it").tolist() == [-347468537888595848]


def corpus(count: int, line: str, where: int) -> list[str]:
    """Articles of their own text, the first of which hold the line."""
    return [f"Text of number {n} that stands nowhere else." + (f"\n{line}" if n < where else "") for n in range(count)]


def test_a_line_of_twelve_articles_is_repeated_and_of_eleven_is_not() -> None:
    for where, expected in ((11, frozenset()), (12, frozenset(line_keys("Check your forecast").tolist()))):
        assert find_repeated_lines(map(line_keys, corpus(20, "Check your forecast", where))) == expected


@pytest.mark.parametrize("line", ["word " * 40, "Opens: four o'clock", "• Paris", "12 soldiers", "Taylor Wilson:"])
def test_prose_and_values_are_never_repeated_lines(line: str) -> None:
    assert find_repeated_lines(map(line_keys, corpus(20, line, 20))) == frozenset()


def test_copies_of_one_article_make_no_boilerplate() -> None:
    article = "Headline\n" + "Long prose about the matter, which goes on. " * 6 + "\n“I do not know,” he said."
    assert find_repeated_lines([line_keys(article)] * 20) == frozenset()


def test_updates_of_one_story_make_no_boilerplate() -> None:
    story = [f"Paragraph {word} of the story ends here." for word in ("one", "two", "three", "four")]
    updates = [
        "\n".join([f"Headline of update {n}", *story, f"By now {n} ships have left the port."]) for n in range(30)
    ]
    others = corpus(20, "Headline of the day", 20)
    assert find_repeated_lines(map(line_keys, updates)) == frozenset()
    assert find_repeated_lines(map(line_keys, updates + others)) == frozenset(line_keys("Headline of the day").tolist())


def split(text: str, language: str = "en") -> list[str]:
    return [span.of(text) for span in split_sentences(text, 0, len(text), language)]


@given(ANY, st.integers(0, 50), st.integers(0, 50))
def test_every_visible_character_is_in_exactly_one_sentence(text: str, left: int, right: int) -> None:
    start, end = min(left, len(text)), max(min(left, len(text)), len(text) - right)
    spans = split_sentences(text, start, end)
    assert all(start <= span.start < span.end <= end for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert all(span.of(text) == span.of(text).strip() for span in spans)
    inside = {index for span in spans for index in range(span.start, span.end)}
    assert all(text[index].isspace() for index in range(start, end) if index not in inside)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It was war.It was not.", ["It was war.", "It was not."]),
        ("Efforts of soldiers. whose homeland did it. Next.", ["Efforts of soldiers. whose homeland did it.", "Next."]),
        ("DONBASS REGION.- The soldier kneels. He waits.", ["DONBASS REGION.- The soldier kneels.", "He waits."]),
        ("“It is over,” he said. “We left.” They went.", ["“It is over,” he said.", "“We left.”", "They went."]),
        ("Women, executions… When you see it. Yes.", ["Women, executions…", "When you see it.", "Yes."]),
        ("He came at 5 p.m. Tuesday. She left.", ["He came at 5 p.m. Tuesday.", "She left."]),
        (
            "Send it to Acc. & Fin. Services by noon. It opens at 9.",
            ["Send it to Acc. & Fin. Services by noon.", "It opens at 9."],
        ),
        (
            "‘Who’s there, Ann?’ asked the guard. Nobody spoke.",
            ["‘Who’s there, Ann?’ asked the guard.", "Nobody spoke."],
        ),
        ("“Stop!” shouted both of them. They ran.", ["“Stop!” shouted both of them.", "They ran."]),
        ("1. The first item. 2. The second.", ["1. The first item.", "2. The second."]),
        (
            "It was approx. 9 boats, cf. ch. 3. He said no. We left.",
            ["It was approx. 9 boats, cf. ch. 3.", "He said no.", "We left."],
        ),
        ("Dr. Smith of the U.S. Army, aged 3.5 years, spoke.", ["Dr. Smith of the U.S. Army, aged 3.5 years, spoke."]),
    ],
)
def test_sentences_of_news_text(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("de", ["Am 27. Mai um 10.00 Uhr, d. h. ab 30 Grad, öffnet Dr. Weiß das Bad.", "Der 1. FC Skov grillt."]),
        ("de", ["Das kostet 3,4 Mio. Euro, z. B. im Herbst.", "Nr. 7 fuhr um ca. 9 Uhr ab.", "Er war der 2. Mann."]),
        ("fr", ["Le 3 juin, M. Brun a vu Mme. Petit.", "Il a attendu env. 30 minutes."]),
        ("fr", ["Le Dr. Brun a signé à 9 h. 30 selon l'art. 3 al. 2.", "J.-C. Roux est parti."]),
        ("de", ["Die Fa. Groß kam ein 2. Mal.", "Dipl.-Ing. Eva Roth sprach, Az. 4 C 12/11."]),
        ("pl", ["Byli prof. dr hab. Jan Nowak i ok. 200 osób.", "Wyszli."]),
        ("da", ["Kl. 9 kom ca. 20 både, bl.a. Anna.", "De sejlede."]),
        ("it", ["La legge n. 40 vale.", "Basta."]),
        ("es", ["El Sr. Vega llegó.", "Vinieron aprox. 30 personas."]),
        ("zh", ["船星期二开了。", "船长很高兴！", "他等了十年。"]),
        ("ja", ["「行こう。」と船長は言った。", "みんな笑った。"]),
    ],
)
def test_sentences_of_other_languages(language: str, sentences: list[str]) -> None:
    joint = "" if language in ("zh", "ja") else " "
    assert split(joint.join(sentences), language) == sentences


def test_a_long_quotation_is_split_at_the_sentences_inside_it() -> None:
    inside = [f"I saw number {n} of them leave the town before the night came over the hills." for n in range(6)]
    parts = split("“" + " ".join(inside) + "” He left.")
    assert parts == ["“" + inside[0], *inside[1:5], inside[5] + "”", "He left."]


@settings(max_examples=3)
@given(st.integers(1, 9))
def test_very_long_texts_keep_their_sentences_whole(count: int) -> None:
    text = "One sentence of eight words stands here again. " * 500 * count
    assert set(split(text)) == {"One sentence of eight words stands here again."}
