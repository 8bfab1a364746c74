"""How many altered sentences the checks refuse: python -m tests.benchmarks.alterations FOLDER [--training FOLDER].

FOLDER holds articles as plain text. Each sentence comes from a paragraph that is its quotation, and is altered in one
way. "none" are sentences as they stand, of which as few as possible should be refused. With the training folder of
``qa.train`` its statements are checked too: those that are said should pass, the others not.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from qa.encode.encoder import OnnxEncoder
from qa.encode.export import export
from qa.encode.model import DEFAULT_MODEL
from qa.encode.pairs.network import PairNetwork
from qa.factory import ENTAILMENT
from qa.text.sentences import split_sentences
from qa.train.dataset.pairs import pick
from qa.train.dataset.wording.opposites import OPPOSITES
from qa.train.statements.human import read_statements
from qa.train.statements.statement import is_kept_aside
from qa.writing.checks.check import Checker
from qa.writing.checks.content import Meanings
from qa.writing.checks.entailment import Entailment, NetworkEntailment
from qa.writing.writer import Source

SEED = 3
SHORTEST_PARAGRAPH = 150  # characters
NAMES = ("Alexander", "Tokyo", "Microsoft", "Brazil", "Napoleon", "Harvard")
CLAUSES = (
    ", which shocked the whole country.",
    " after a long quarrel with the mayor.",
    ", the director said.",
)
HEDGES = r"\b(?:may|might|could|reportedly|allegedly|probably|possibly|at least|about|more than|likely) "

Alteration = Callable[[str, np.random.Generator], str | None]


def replace_one(pattern: str, replacement: Callable[[re.Match[str], np.random.Generator], str]) -> Alteration:
    """Return an alteration that replaces one match of the pattern; it returns None where there is none."""

    def alter(sentence: str, chance: np.random.Generator) -> str | None:
        places = list(re.finditer(pattern, sentence))
        if not places:
            return None
        place = pick(places, chance)
        return f"{sentence[: place.start()]}{replacement(place, chance)}{sentence[place.end() :]}"

    return alter


def swap_names(sentence: str, chance: np.random.Generator) -> str | None:
    """Return the sentence with two names in each other's place, or None where there are not two."""
    names = list(re.finditer(r"(?<=[a-z,] )[A-Z][a-z]{2,}", sentence))
    if len({name[0] for name in names}) < 2:
        return None
    places = sorted(chance.permutation(len(names))[:2].tolist())
    one, other = names[places[0]], names[places[1]]
    between = sentence[one.end() : other.start()]
    return f"{sentence[: one.start()]}{other[0]}{between}{one[0]}{sentence[other.end() :]}"


ALTERATIONS: dict[str, Alteration] = {
    "none": lambda sentence, chance: sentence,
    "digit": replace_one(r"\d", lambda found, chance: str((int(found[0]) + int(chance.integers(1, 9))) % 10 or 3)),
    "name": replace_one(r"(?<=[a-z] )[A-Z][a-z]{3,}", lambda found, chance: pick(NAMES, chance)),
    "negation put in": replace_one(
        r"\b(?:is|was|were|are|has|had|did|can|will)\b(?! not)", lambda found, chance: f"{found[0]} not"
    ),
    "negation taken out": replace_one(r"\b(?:not|never|no) ", lambda found, chance: ""),
    "names swapped": swap_names,
    "clause invented": lambda sentence, chance: sentence.rstrip(". ") + pick(CLAUSES, chance),
    "opposite": replace_one(
        r"\b(?:" + "|".join(sorted(OPPOSITES)) + r")\b", lambda found, chance: pick(OPPOSITES[found[0]], chance)
    ),
    "hedge taken out": replace_one(HEDGES, lambda found, chance: ""),
}


def altered(paragraphs: list[str], alteration: Alteration, count: int) -> Iterator[tuple[str, str]]:
    """Yield a paragraph and an altered sentence of it, at most count times."""
    chance = np.random.default_rng(SEED)
    for paragraph in paragraphs:
        spans = split_sentences(paragraph, 0, len(paragraph))
        sentence = pick(spans, chance).of(paragraph)
        changed = alteration(sentence, chance)
        if changed is not None and (changed != sentence or alteration is ALTERATIONS["none"]):
            yield paragraph, changed
            count -= 1
        if not count:
            return


def find_faults(pairs: Iterable[tuple[str, str]], meanings: Meanings, entailment: Entailment) -> list[str | None]:
    """Return for each source and sentence why the sentence is refused, or None."""
    return [Checker([Source(1, "", None, text)], meanings, entailment).find_fault(one, [1]) for text, one in pairs]


def print_share(name: str, faults: Sequence[str | None]) -> None:
    """Print how many sentences there were and the share that is refused."""
    refused = sum(fault is not None for fault in faults)
    print(f"{name:36} {len(faults):5} {refused / max(1, len(faults)):.3f}", flush=True)


def print_statements(folder: Path, meanings: Meanings, entailment: Entailment) -> None:
    """Print the shares of statements that people wrote, of those that neither training nor its figures have seen."""
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for one in read_statements(folder):
        if is_kept_aside(one.premise):
            said = "said" if one.supported else "not said"
            found[f"{one.source}, {said}"].append((one.premise, one.text))
    for name, pairs in sorted(found.items()):
        print_share(name, find_faults(pairs, meanings, entailment))


def main() -> None:
    """Print for each alteration, and each source of statements, how many there were and the share that is refused."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=300, help="sentences per alteration")
    parser.add_argument("--training", type=Path, help="the training folder, for its statements that were kept aside")
    arguments = parser.parse_args()
    texts = [path.read_text(encoding="utf-8") for path in sorted(arguments.folder.iterdir())]
    paragraphs = [line.strip() for text in texts for line in text.split("\n") if len(line) > SHORTEST_PARAGRAPH]
    np.random.default_rng(SEED).shuffle(paragraphs)
    with tempfile.TemporaryDirectory() as folder:
        export(DEFAULT_MODEL, Path(folder))
        meanings = Meanings(OnnxEncoder.open(Path(folder)))
    entailment = NetworkEntailment(PairNetwork.open(ENTAILMENT))
    for name, alteration in ALTERATIONS.items():
        print_share(name, find_faults(altered(paragraphs, alteration, arguments.count), meanings, entailment))
    if arguments.training is not None:
        print_statements(arguments.training, meanings, entailment)


if __name__ == "__main__":
    main()
