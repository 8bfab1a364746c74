"""``python -m qa.train``: train a new reader and write it as ONNX."""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
from tokenizers import Tokenizer

from qa.encode.card import TOKENIZER
from qa.encode.encoder import OnnxEncoder
from qa.errors import QAError
from qa.train.dataset.examples import make_examples
from qa.train.dataset.negatives import with_negatives
from qa.train.dataset.retrieved import with_retrieved
from qa.train.dataset.sources import read_pairs
from qa.train.exporting.export import export
from qa.train.training import held_out_auroc, share_of, train

SEED = 7


@click.command()
@click.argument("training", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("encoder_folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--minutes", type=click.FloatRange(0, min_open=True), default=30, help="How long to train, in minutes (30)."
)
@click.option("--pairs", "most", type=click.IntRange(1), help="Train on this many pairs only, as a trial.")
def main(training: Path, encoder_folder: Path, file: Path, minutes: float, most: int | None) -> None:
    """Train the reader on the pairs in TRAINING for the encoder in ENCODER_FOLDER and write it to FILE.

    ENCODER_FOLDER is the folder `encoder` of an index. All pairs are encoded first, which takes minutes.
    """
    if not file.parent.is_dir():
        raise click.BadParameter(f"There is no folder {file.parent}.", param_hint="FILE")
    try:
        _train(training, encoder_folder, file, minutes, most)
    except QAError as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(error.exit_code) from error


def _train(training: Path, encoder_folder: Path, file: Path, minutes: float, most: int | None) -> None:
    chance = np.random.default_rng(SEED)
    encoder = OnnxEncoder.open(encoder_folder)
    vocabulary = Tokenizer.from_file(str(encoder_folder / TOKENIZER)).get_vocab_size()
    pairs = with_negatives(read_pairs(training, chance), chance)
    chosen = [pairs[number] for number in sorted(chance.permutation(len(pairs))[:most])]
    _tell(f"encoding {len(chosen)} pairs")
    examples = with_retrieved(make_examples(chosen, encoder, vocabulary, chance), chosen, chance)
    _tell(f"training on {len(examples.all)} pairs")
    network = train(examples, share_of(minutes), _tell)
    for kind, auroc in held_out_auroc(network, examples).items():
        _tell(f"held out, against {kind}: AUROC {auroc:.3f}")
    export(network, file)


def _tell(line: str) -> None:
    click.echo(line, err=True)


if __name__ == "__main__":
    main()
