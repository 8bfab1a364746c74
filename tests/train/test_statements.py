"""Statements to train on: human ones in one spelling, those made of articles, and the families that they form."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from qa.encode.encoder import OnnxEncoder
from qa.encode.pairs.network import PairNetwork
from qa.train.__main__ import ENCODER, GRAPHS, main
from qa.train.checkpoint import CHECKPOINT
from qa.train.dataset.pairs import HELD_OUT_PERCENT, Pair
from qa.train.dataset.sources import PairsMissing
from qa.train.statements.alterations import alter, shorten
from qa.train.statements.families import join_statements
from qa.train.statements.human import LONGEST_PREMISE, read_statements, shorten_premise
from qa.train.statements.made import make_statements
from qa.train.statements.statement import KEPT_ASIDE_PERCENT, Statement, is_kept_aside
from tests.train.texts import write_lines, write_model, write_training_folder

SENTENCE = (
    "In 1912, the first gate of Rome (a large one) was not built by Ann Lee, who may have left Bonn, "
    "and it fell in the end."
)
PASSAGE = "Ann Lee left Bonn in 1950."
OTHER = "They saw Oslo in 1960, which was a very cold place in those years. Nobody came."


def chance(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def write_statements(folder: Path, statements: int = 12) -> None:
    rows: list[dict[str, object]] = [
        {
            "source": "people",
            "premise": f"Gate {number} is red.",
            "hypothesis": f"Gate {number} is {colour}.",
            "label": label,
        }
        for number in range(statements)
        for colour, label in (("red", "entailment"), ("blue", "contradiction"))
    ]
    write_lines(folder / "nli.jsonl.gz", rows)


def test_a_sentence_is_altered_in_one_place_at_a_time() -> None:
    found = {text for seed in range(60) for text in alter(SENTENCE, PASSAGE, OTHER, 8, chance(seed))}
    for expected in (
        SENTENCE.replace("first", "last"),
        SENTENCE.replace("not ", ""),
        SENTENCE.replace("may ", ""),
        SENTENCE.replace("1912", "1960"),
        SENTENCE.replace("Rome", "Ann Lee", 1).replace("by Ann Lee", "by Rome"),
        SENTENCE.replace("Bonn", "Oslo"),
        SENTENCE.removesuffix(".") + ", which was a very cold place in those years.",
        SENTENCE.replace("may have", "may have not"),
    ):
        assert expected in found
    assert SENTENCE not in found
    assert len(alter(SENTENCE, PASSAGE, OTHER, 2, chance())) == 2


def test_a_sentence_is_shortened_by_what_it_can_lack() -> None:
    assert {shorten(SENTENCE, chance(seed)) for seed in range(30)} == {
        SENTENCE.replace("In 1912, the", "The"),
        SENTENCE.replace(" (a large one)", ""),
        SENTENCE.replace(", who may have left Bonn,", ""),
        SENTENCE.replace(", and it fell in the end.", "."),
    }
    assert shorten("It fell.", chance()) is None


def test_human_statements_have_one_spelling_and_a_short_premise(tmp_path: Path) -> None:
    row = {"source": "people", "premise": "A  dog -LRB- “Rex” -RRB- did n't bark .", "hypothesis": "Rex is a dog."}
    write_lines(tmp_path / "nli.jsonl.gz", [{**row, "label": "entailment"}, {**row, "label": "neutral"}])
    premise = 'A dog ( "Rex" ) didn\'t bark .'
    assert list(read_statements(tmp_path)) == [
        Statement(premise, "Rex is a dog.", True, "given", "people"),
        Statement(premise, "Rex is a dog.", False, "human", "people"),
    ]


def test_of_a_long_premise_the_sentences_that_share_most_words_are_kept_in_order() -> None:
    filler = "Nothing of note happened at all on that day in the town. " * 20
    premise = f"Rex barked. {filler}Then the garden gate opened."
    short = shorten_premise(premise, "The garden gate opened when Rex barked.")
    assert (short.startswith("Rex barked."), short.endswith("Then the garden gate opened.")) == (True, True)
    assert len(short) <= LONGEST_PREMISE
    assert shorten_premise("x" * 2000, "y") == "x" * LONGEST_PREMISE


@pytest.mark.parametrize("content", [None, b"no gzip"])
def test_a_file_without_statements_is_refused(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "nli.jsonl.gz").write_bytes(content)
    with pytest.raises(PairsMissing, match="cannot be read"):
        list(read_statements(tmp_path))


def test_statements_made_of_a_passage_are_its_own_or_not_said_there() -> None:
    texts = [
        f"The town of Rome has {number} gates in all of its walls. Ann Lee was not the first of them to count. "
        "The mayor, who came from Bonn, might close half of the gates. Nobody had ever opened the largest at night."
        for number in range(10, 40)
    ]
    pairs = [Pair("", text, 1, 1, (), "given", "towns", "Rome") for text in texts]
    made = list(make_statements(pairs, chance()))
    for one in made:
        assert one.premise in next(text for text in texts if one.premise in text)
        assert one.supported == (one.kind == "control")
        assert one.supported or one.text not in one.premise
    assert {one.supported for one in made} == {True, False}
    assert list(make_statements(pairs, chance())) == made


def test_families_leave_out_the_premises_that_are_kept_aside() -> None:
    statements = [Statement(f"Premise {number}.", "It is.", True, "given", "people") for number in range(2000)]
    families = list(join_statements([*statements, *statements]))
    kept_aside = {one.premise for one in statements if is_kept_aside(one.premise)}
    assert len(kept_aside) == pytest.approx(20 * KEPT_ASIDE_PERCENT, rel=0.2)
    assert sum(family.held_out() for family in families) == pytest.approx(20 * HELD_OUT_PERCENT, rel=0.3)
    assert {family.group for family in families} == {one.premise for one in statements} - kept_aside
    assert all(len(family.pairs) == 2 for family in families)


def test_the_command_trains_a_network_of_statements_that_begins_with_another(
    encoder_folder: Path, tmp_path: Path
) -> None:
    training, model = write_training_folder(tmp_path / "training", towns=8), write_model(tmp_path / "small")
    write_statements(training)
    options = ["--task", "statements", "--steps", "1", "--model", str(model), "--no-compile"]
    for folder, begin in (("first", []), ("second", ["--begin", str(tmp_path / "first")])):
        shutil.copytree(encoder_folder, tmp_path / folder / ENCODER)
        run = CliRunner().invoke(main, [str(training), str(tmp_path / folder), *options, *begin])
        assert run.exit_code == 0, run.stderr
        assert "people, given:" in run.stderr
        network = PairNetwork.open(tmp_path / folder / GRAPHS["statements"])
        assert network.vocabulary == OnnxEncoder.open(encoder_folder).vocabulary
    figures = json.loads(run.stderr.splitlines()[-1])
    assert "held out" in figures


def test_a_training_to_begin_with_that_is_none_is_refused(encoder_folder: Path, tmp_path: Path) -> None:
    training, model = write_training_folder(tmp_path / "training", towns=8), write_model(tmp_path / "small")
    write_statements(training)
    shutil.copytree(encoder_folder, tmp_path / "model" / ENCODER)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / CHECKPOINT).write_bytes(b"none")
    options = ["--task", "statements", "--model", str(model), "--begin", str(tmp_path / "other"), "--no-compile"]
    run = CliRunner().invoke(main, [str(training), str(tmp_path / "model"), *options])
    assert (run.exit_code, f"{CHECKPOINT} cannot be used" in run.stderr) == (2, True)
