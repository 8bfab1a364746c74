"""The one place that names the concrete classes; what is heavy is loaded when it is needed."""

from __future__ import annotations

from pathlib import Path

from qa.answer.confidence import Confidence
from qa.answer.engine import Engine
from qa.answer.mix import MIXES, Mix
from qa.answer.sentence_reader import SentenceReader
from qa.encode.card import CARD, read_card
from qa.encode.encoder import OnnxEncoder
from qa.encode.model import find_model
from qa.errors import ModelMismatch
from qa.index.build import build
from qa.index.current import CurrentGeneration
from qa.index.manifest import require_current
from qa.index.report import BuildReport, Progress
from qa.settings import Settings


def open_engine(settings: Settings, mix: Mix = MIXES["all"]) -> Engine:
    """Return an engine over the index that is there.

    Raises IndexMissing, IndexCorrupt or ModelMismatch.
    """
    require_current(settings.index)
    encoder = OnnxEncoder.open(encoder_folder(settings))
    _check_model(encoder.name, settings)
    generations = CurrentGeneration(settings.index, encoder.fingerprint)
    return Engine(
        encoder, generations, SentenceReader(encoder, Confidence(slope=20.0, middle=0.45, threshold=0.5)), mix
    )


def build_index(settings: Settings, *, progress: Progress, rebuild: bool = False, replace: bool = False) -> BuildReport:
    """Build the index of the folder of articles or bring it up to date; the encoder is exported first where needed.

    Raises ModelMismatch where another model built the index and rebuild is not asked for, and what build raises.
    """
    return build(
        settings.articles,
        settings.index,
        _encoder(settings, rebuild),
        progress,
        rebuild=rebuild,
        replace_folder=replace,
    )


def encoder_folder(settings: Settings) -> Path:
    """Return where the exported encoder of this index lies."""
    return settings.index / "encoder"


def _encoder(settings: Settings, rebuild: bool) -> OnnxEncoder:
    folder = encoder_folder(settings)
    if (folder / CARD).exists() and not rebuild:
        _check_model(read_card(folder).name, settings)
    else:
        from qa.encode.export import export  # loads torch

        export(settings.model, folder)
    return OnnxEncoder.open(folder)


def _check_model(name: str, settings: Settings) -> None:
    wanted = find_model(settings.model).name
    if name != wanted:
        raise ModelMismatch(
            f"The index in {settings.index} was built by {name}, and the model now is {wanted}. "
            "Set QA_MODEL back, or build again with: qa index --rebuild"
        )
