"""Engines, and the collections that open them."""

from __future__ import annotations

import threading
from functools import cached_property, partial
from pathlib import Path

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
from qa.encode.card import read_card
from qa.encode.encoder import OnnxEncoder
from qa.encode.model import DEFAULT_MODEL, LARGE_MODEL
from qa.encode.pairs.network import PairNetwork
from qa.encode.pairs.shifted import SHIFTS, ShiftedNetwork
from qa.errors import BadSetting
from qa.factory.encoders import check_model, check_name
from qa.protocols import Encoder, SnapshotSource
from qa.search.ranking.fuse import MIXES, MODEL_MIXES, Mix
from qa.settings import Settings
from qa.store.folder.layout import encoder_folder
from qa.store.folder.manifest import require_current
from qa.store.reader import IndexReader

WEIGHTS = Path(__file__).parents[1] / "answer" / "weights"
CROSS_ENCODER = WEIGHTS / "cross_encoder.onnx"
# The confidences: of the models that have a trained reader, and of all others.
TRAINED = {DEFAULT_MODEL: "confidence.json", LARGE_MODEL: f"confidence_{LARGE_MODEL}.json"}
UNTRAINED = "confidence_untrained.json"


class SharedParts:
    """What the engines of one process have in common: the cores, the encoders, and the networks that read."""

    def __init__(self, cores: CorePool | None = None) -> None:
        self.cores = cores or CorePool(core_count())
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
    check_name(settings.index)
    require_current(settings.index)
    shared = shared or SharedParts()
    encoder = _encoder(settings, shared)
    index = IndexReader(settings.index, encoder.fingerprint, shared.cores, settings.collection)
    return _engine(encoder, index, shared, mix, untrained=untrained)


def open_cluster_engine(settings: Settings) -> Engine:
    """Return an engine over the shards that a cluster of Ray serves; they are started where they are not there yet.

    Raises IndexMissing, IndexCorrupt, ModelMismatch, BadSetting for an address where no cluster is, and
    ClusterUnavailable where a shard gets no replica.
    """
    check_name(settings.index)
    try:
        from qa.cluster.serving.source import ServedClusterReader  # late: it loads Ray
    except ModuleNotFoundError as error:
        raise BadSetting(
            "QA_CLUSTER needs the package ray. Install it with: pip install 'qa-articles[cluster]'"
        ) from error
    shared = SharedParts(CorePool(settings.threads))  # its questions mostly wait for shards, and hold a core meanwhile
    encoder = _encoder(settings, shared)
    index = ServedClusterReader(settings.index, settings.cluster, encoder.fingerprint, settings.replicas)
    return _engine(encoder, index, shared)


def _encoder(settings: Settings, shared: SharedParts) -> OnnxEncoder:
    encoder = shared.encoder(encoder_folder(settings.index))
    check_model(encoder.name, settings)
    return encoder


def _engine(
    encoder: OnnxEncoder, index: SnapshotSource, shared: SharedParts, mix: Mix | None = None, *, untrained: bool = False
) -> Engine:
    mix = mix or MODEL_MIXES.get(encoder.name, MIXES["all"])
    reader = None if untrained else _trained_reader(encoder, shared)
    confidence = read_confidence(WEIGHTS / (UNTRAINED if reader is None else TRAINED[encoder.name]))
    disagreement = _find_disagreement(encoder)
    return Engine(encoder, index, reader or SentenceReader(), confidence, mix, shared.cores, disagreement)


def open_collections(settings: Settings) -> Collections:
    """Return the collections that the settings name; their engines are opened when they are first asked."""
    return Collections(
        settings, open_cluster_engine if settings.cluster else partial(open_engine, shared=SharedParts())
    )


def _find_disagreement(encoder: Encoder) -> FindDisagreement:
    weights = read_disagreement_weights(WEIGHTS / "disagreement.json")
    return partial(find_disagreement, weights=weights, likeness=encoded_likeness(encoder))


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
