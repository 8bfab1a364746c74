"""Chooses the classes of an engine and the writers of an index; heavy modules are loaded when they are needed.

The readers of a generation belong to its format, so qa/store/snapshot.py opens them.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from qa.answer.confidence import read_confidence
from qa.answer.cross_encoder.reader import CrossEncoderReader
from qa.answer.cross_encoder.relevance import RelevanceReader
from qa.answer.disagreement.find import (
    FindDisagreement,
    encoded_likeness,
    find_disagreement,
    read_disagreement_weights,
)
from qa.answer.engine import Engine
from qa.answer.network import ReadingNetwork
from qa.answer.reader import Reader, TwoReaders
from qa.answer.sentence_reader import SentenceReader
from qa.answer.trained_reader import TrainedReader
from qa.collections.collections import Collections
from qa.core_pool import CorePool, core_count
from qa.encode.card import CARD, read_card
from qa.encode.encoder import OnnxEncoder
from qa.encode.model import DEFAULT_MODEL, LARGE_MODEL, model_name
from qa.encode.pairs.network import PairNetwork
from qa.encode.pairs.shifted import SHIFTS, ShiftedNetwork
from qa.errors import BadSetting, IndexCorrupt, IndexMissing, ModelMismatch, StorageFailed
from qa.protocols import Encoder
from qa.search.fuse import MIXES, MODEL_MIXES, Mix
from qa.settings import Settings
from qa.settings.collections import indexes_beside
from qa.store.folder.encoder_copy import copy_encoder
from qa.store.folder.layout import encoder_folder
from qa.store.folder.manifest import require_current
from qa.store.reader import IndexReader

if TYPE_CHECKING:
    from qa.build.report import BuildReport
    from qa.build.structures import Structures
    from qa.progress import Progress
    from qa.protocols import AnswerEngine
    from qa.writing.checks.entailment import Entailment
    from qa.writing.written import CheckedWriter


THREADS_WITHOUT_WRITING = 2
WEIGHTS = Path(__file__).parent / "answer" / "weights"
CROSS_ENCODER = WEIGHTS / "cross_encoder.onnx"
ENTAILMENT = Path(__file__).parent / "writing" / "weights" / "entailment.onnx"
# The confidences: of the models that have a trained reader, and of all others.
TRAINED = {DEFAULT_MODEL: "confidence.json", LARGE_MODEL: f"confidence_{LARGE_MODEL}.json"}
UNTRAINED = "confidence_untrained.json"


class SharedParts:
    """What the engines of one process have in common: the cores, the encoders, and the networks that read."""

    def __init__(self) -> None:
        self.cores = CorePool(core_count())
        self._encoders: dict[str, OnnxEncoder] = {}
        self._loading = threading.Lock()

    def encoder(self, folder: Path) -> OnnxEncoder:
        """Return the encoder in this folder, or the one that is open already and gives the same vectors."""
        card = read_card(folder)
        with self._loading:
            if card.fingerprint not in self._encoders:
                self._encoders[card.fingerprint] = OnnxEncoder.open(folder, card)
            return self._encoders[card.fingerprint]

    @cached_property
    def pair_network(self) -> PairNetwork:
        """The network that reads a question together with a passage."""
        return PairNetwork.open(CROSS_ENCODER)

    @cached_property
    def reading_network(self) -> ReadingNetwork:
        """The network that reads the token vectors of a passage."""
        return ReadingNetwork(WEIGHTS / "reader.onnx", self.cores)


def open_engine(
    settings: Settings, mix: Mix | None = None, *, untrained: bool = False, shared: SharedParts | None = None
) -> Engine:
    """Return an engine over the index that is there, by the trained readers where its vocabulary is the one they know.

    No mix stands for the one that was fitted to the model; without shared parts it has parts of its own.
    Raises IndexMissing, IndexCorrupt or ModelMismatch.
    """
    _check_name(settings.index)
    require_current(settings.index)
    shared = shared or SharedParts()
    encoder, cores = shared.encoder(encoder_folder(settings.index)), shared.cores
    _check_model(encoder.name, settings)
    index = IndexReader(settings.index, encoder.fingerprint, cores, settings.collection)
    mix = mix or MODEL_MIXES.get(encoder.name, MIXES["all"])
    reader = None if untrained else _trained_reader(encoder, shared)
    confidence = read_confidence(WEIGHTS / (UNTRAINED if reader is None else TRAINED[encoder.name]))
    return Engine(encoder, index, reader or SentenceReader(), confidence, mix, cores, _find_disagreement(encoder))


def open_collections(settings: Settings) -> Collections:
    """Return the collections that the settings name; their engines are opened when they are first asked."""
    return Collections(settings, partial(open_engine, shared=SharedParts()))


def _find_disagreement(encoder: Encoder) -> FindDisagreement:
    weights = read_disagreement_weights(WEIGHTS / "disagreement.json")
    return partial(find_disagreement, weights=weights, likeness=encoded_likeness(encoder))


def build_index(settings: Settings, *, progress: Progress, rebuild: bool = False, replace: bool = False) -> BuildReport:
    """Build the index of the folder of articles or bring it up to date; the encoder is exported first where needed.

    Raises ModelMismatch where another model built the index and rebuild is not asked for, and what build raises.
    """
    _check_name(settings.index)
    from qa.build.build import build  # late: it loads all that reads and parses articles, which no answer needs
    from qa.ingest.files import find_files

    if rebuild or not _has_encoder(settings):
        find_files(settings.articles)  # a folder that cannot be indexed is refused before a minute of exporting
    return build(
        settings.articles,
        settings.index,
        _encoder(settings, rebuild),
        local_structures(),
        progress,
        rebuild=rebuild,
        replace_folder=replace,
    )


def repair_index(settings: Settings, *, progress: Progress) -> BuildReport:
    """Write a damaged index again, from its own text store where that is whole; the encoder is exported where needed.

    Raises what repair raises.
    """
    _check_name(settings.index)
    from qa.build.repair import repair  # late, as in build_index

    try:
        encoder = _encoder(settings, rebuild=False)
    except IndexCorrupt:
        encoder = _encoder(settings, rebuild=True)
    return repair(settings.articles, settings.index, encoder, local_structures(), progress)


def open_writer(settings: Settings, engine: AnswerEngine) -> CheckedWriter | None:
    """Return the writer behind the endpoint of the settings, or None where there is none.

    Raises BadSetting where its model is not named or its key cannot be read.
    """
    if not settings.writer:
        return None
    if not settings.writer_model:
        raise BadSetting(
            "QA_WRITER is set and QA_WRITER_MODEL is not. Name the model, such as: QA_WRITER_MODEL=llama3.2"
        )
    from qa.writing.endpoint import EndpointWriter  # late: it loads an HTTP client, which no quotation needs
    from qa.writing.written import CheckedWriter

    endpoint = EndpointWriter(
        settings.writer, settings.writer_model, _writer_key(settings), settings.writer_context, settings.writer_wait
    )
    at_once = max(1, settings.threads - THREADS_WITHOUT_WRITING)
    return CheckedWriter(endpoint, engine.encoder, _entailment(engine.encoder), at_once)


def _entailment(encoder: Encoder) -> Entailment:
    """Return the network that checks written sentences, where it knows the word pieces of the encoder."""
    from qa.writing.checks.entailment import NetworkEntailment, NoEntailment  # late, as in open_writer

    if not isinstance(encoder, OnnxEncoder):
        return NoEntailment()
    network = PairNetwork.open(ENTAILMENT)
    if encoder.vocabulary == network.vocabulary:
        return NetworkEntailment(network)
    if encoder.vocabulary in SHIFTS:
        return NetworkEntailment(ShiftedNetwork(network, SHIFTS[encoder.vocabulary]))
    return NoEntailment()


def _writer_key(settings: Settings) -> str:
    if settings.writer_key_file is None:
        return settings.writer_key
    try:
        return settings.writer_key_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"QA_WRITER_KEY_FILE {settings.writer_key_file} cannot be read as text.") from error


def local_structures() -> Structures:
    """Return the writers of an index on this machine: SQLite, tantivy, FAISS and blocks of token vectors."""
    from qa.build.structures import Structures  # late, as in build_index
    from qa.store.dense.writer import FaissWriter
    from qa.store.lexical.writer import TantivyWriter
    from qa.store.texts.writer import SqliteTextWriter
    from qa.store.tokens.writer import BlockWriter

    return Structures(SqliteTextWriter, TantivyWriter, FaissWriter, BlockWriter)


def _trained_reader(encoder: OnnxEncoder, shared: SharedParts) -> Reader | None:
    """Return the reader that was trained for the encoder; None where there is none for its name and vocabulary."""
    if encoder.name not in TRAINED:
        return None
    network, cores = shared.pair_network, shared.cores
    if encoder.name == DEFAULT_MODEL and encoder.vocabulary == network.vocabulary:
        ranking = TrainedReader(shared.reading_network)
        return TwoReaders(ranking, CrossEncoderReader(network, cores))
    if encoder.name == LARGE_MODEL and encoder.vocabulary in SHIFTS:
        shifted = ShiftedNetwork(network, SHIFTS[encoder.vocabulary])
        return RelevanceReader(CrossEncoderReader(shifted, cores))
    return None


def _encoder(settings: Settings, rebuild: bool) -> OnnxEncoder:
    folder = encoder_folder(settings.index)
    if _has_encoder(settings) and not rebuild:
        _check_model(read_card(folder).name, settings)
    elif (lender := None if rebuild else _index_to_copy_from(settings)) is not None:
        copy_encoder(lender, settings.index)
    else:
        from qa.encode.export import export  # loads torch

        export(settings.model, folder)
    return OnnxEncoder.open(folder)


def _has_encoder(settings: Settings) -> bool:
    return (encoder_folder(settings.index) / CARD).exists()


def _index_to_copy_from(settings: Settings) -> Path | None:
    """Return the index of another collection whose encoder is whole and of the model of the settings."""
    for index in () if settings.collection is None else indexes_beside(settings.index):
        with suppress(IndexMissing, IndexCorrupt):
            if read_card(encoder_folder(index)).name == model_name(settings.model):
                return index
    return None


def _check_name(index: Path) -> None:
    """Raise StorageFailed for a folder whose name is no UTF-8, which the libraries of the index cannot open."""
    try:
        str(index).encode()
    except UnicodeEncodeError as error:
        raise StorageFailed(
            f"Cannot keep an index in {str(index)!a}: the name is no UTF-8. Choose another folder with QA_INDEX."
        ) from error


def _check_model(name: str, settings: Settings) -> None:
    wanted = model_name(settings.model)
    if name != wanted:
        raise ModelMismatch(
            f"The index in {settings.index} was built by {name}, and the model now is {wanted}. "
            "Set QA_MODEL back, or build again with: qa index --rebuild"
        )
