"""The writer behind an endpoint, whose sentences are checked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qa.encode.encoder import OnnxEncoder
from qa.encode.pairs.network import PairNetwork
from qa.encode.pairs.shifted import SHIFTS, ShiftedNetwork
from qa.errors import BadSetting
from qa.protocols import Encoder
from qa.settings import Settings

if TYPE_CHECKING:
    from qa.evaluate.writing.judge import Judge
    from qa.protocols import AnswerEngine
    from qa.writing.checks.entailment import Entailment
    from qa.writing.endpoint import EndpointWriter
    from qa.writing.written import CheckedWriter

THREADS_WITHOUT_WRITING = 2
ENTAILMENT = Path(__file__).parents[1] / "writing" / "weights" / "entailment.onnx"


def open_writer(settings: Settings, engine: AnswerEngine) -> CheckedWriter | None:
    """Return the writer behind the endpoint of the settings, or None where there is none.

    Raises BadSetting where its model is not named or its key cannot be read.
    """
    endpoint = open_endpoint(settings)
    if endpoint is None:
        return None
    from qa.writing.written import CheckedWriter  # late: only a text needs its checks

    at_once = max(1, settings.threads - THREADS_WITHOUT_WRITING)
    return CheckedWriter(endpoint, engine.encoder, _entailment(engine.encoder), at_once)


def open_endpoint(settings: Settings) -> EndpointWriter | None:
    """Return the endpoint of the settings without checks, or None where there is none; raises as open_writer does."""
    if not settings.writer:
        return None
    if not settings.writer_model:
        raise BadSetting(
            "QA_WRITER is set and QA_WRITER_MODEL is not. Name the model, such as: QA_WRITER_MODEL=llama3.2"
        )
    return _endpoint(settings, settings.writer_model)


def require_writer(settings: Settings, engine: AnswerEngine) -> CheckedWriter:
    """Return the writer behind the endpoint of the settings; raises BadSetting where there is none."""
    writer = open_writer(settings, engine)
    if writer is None:
        raise BadSetting(
            "--write needs a language model. Set QA_WRITER to its address and QA_WRITER_MODEL to its name."
        )
    return writer


def open_judge(settings: Settings, model: str) -> Judge:
    """Return the model with this name at the writer's endpoint as a judge of citations."""
    from qa.evaluate.writing.judge import EndpointJudge  # late, as in open_writer

    return EndpointJudge(_endpoint(settings, model))


def _endpoint(settings: Settings, model: str) -> EndpointWriter:
    from qa.writing.endpoint import EndpointWriter  # late: it loads an HTTP client, which no quotation needs

    return EndpointWriter(settings.writer, model, _writer_key(settings), settings.writer_context, settings.writer_wait)


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
