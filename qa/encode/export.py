"""Export a sentence-transformers model to a folder that OnnxEncoder runs; importing it loads torch."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer
from torch.jit._trace import TracerWarning
from transformers.utils.logging import disable_progress_bar

from qa.digests import hash_file
from qa.encode.attention import attention_as_one_node
from qa.encode.card import GRAPH, TOKENIZER, EncoderCard, write_card
from qa.encode.encoder import OnnxEncoder
from qa.encode.model import ModelFiles, check_weights, find_model
from qa.errors import ModelMismatch, StorageFailed
from qa.graphs import write_fused, write_quantised

# Part of the fingerprint: raise it when a change here changes vectors.
RECIPE = "1"
OPSET = 17
PROBES = (
    "What is the hotline called?",
    "The ministry said on Monday that 2,076 cases had been opened, more than in the whole year before.",
)
# Quantisation costs under 0.04; a pipeline that was not exported faithfully costs far more.
LEAST_AGREEMENT = 0.9


def export(model: str, folder: Path) -> None:
    """Export the model into the folder, which is whole or does not exist.

    Raises ModelMismatch when the model is missing, is not the known one, or cannot be exported faithfully, and
    StorageFailed when the folder cannot be written.
    """
    files = find_model(model)
    check_weights(files)
    pipeline = _load(files)
    try:
        _write_whole(pipeline, files.name, folder)
    except torch.onnx.OnnxExporterError as error:
        raise ModelMismatch(
            f"The model {files.name!r} cannot be exported: {str(error).splitlines()[0]}. "
            "Choose a sentence-transformers model of another architecture, such as BERT."
        ) from error
    except OSError as error:
        raise StorageFailed(
            f"The encoder cannot be written to {folder}: {error}. Free some space there, or choose another place."
        ) from error


def _load(files: ModelFiles) -> SentenceTransformer:
    hush: Callable[[], None] = disable_progress_bar
    hush()
    try:
        return SentenceTransformer(
            files.location, device="cpu", trust_remote_code=False, model_kwargs={"use_safetensors": True}
        ).eval()
    except (OSError, ValueError) as error:
        raise ModelMismatch(
            f"The model {files.name!r} cannot be loaded: {str(error).splitlines()[0]} "
            "Give the folder of a sentence-transformers model with safetensors weights."
        ) from error


def _write_whole(pipeline: SentenceTransformer, name: str, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        _write_files(pipeline, name, unfinished)
        _check_agreement(pipeline, unfinished)
        _put_in_place(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _write_files(pipeline: SentenceTransformer, name: str, folder: Path) -> None:
    tokenizer = _bare_tokenizer(pipeline, name)
    tokenizer.save(str(folder / TOKENIZER))
    sentence_width, token_width = _write_graph(pipeline, tokenizer, folder / GRAPH)
    card = EncoderCard(
        name=name,
        fingerprint=_fingerprint(pipeline, folder / TOKENIZER),
        dimension=sentence_width,
        token_dimension=token_width,
        max_tokens=_longest(pipeline, name) - tokenizer.num_special_tokens_to_add(is_pair=False),
        sha256={file: hash_file(folder / file).sha256 for file in (GRAPH, TOKENIZER)},
    )
    write_card(card, folder)


def _bare_tokenizer(pipeline: SentenceTransformer, name: str) -> Tokenizer:
    """Return the model's own tokenizer, without padding and truncation."""
    backend = getattr(pipeline.tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise ModelMismatch(f"The model {name!r} has no fast tokenizer. Choose a sentence-transformers model with one.")
    tokenizer = Tokenizer.from_str(backend.to_str())
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _longest(pipeline: SentenceTransformer, name: str) -> int:
    if pipeline.max_seq_length is None:
        raise ModelMismatch(f"The model {name!r} has no limit on its input. Set max_seq_length in its files.")
    return int(pipeline.max_seq_length)


class _SentenceAndTokens(torch.nn.Module):
    """The whole pipeline for one text: ids (1, n) to the sentence vector (d,) and unit token vectors (n, t).

    One text has no padding, so the graph needs no attention mask and is smaller and faster.
    """

    def __init__(self, pipeline: SentenceTransformer) -> None:
        super().__init__()
        self.pipeline = pipeline

    def forward(self, input_ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        features = self.pipeline({"input_ids": input_ids})
        unit = torch.nn.functional.normalize
        return unit(features["sentence_embedding"][0], dim=-1), unit(features["token_embeddings"][0], dim=-1)


def _write_graph(pipeline: SentenceTransformer, tokenizer: Tokenizer, path: Path) -> tuple[int, int]:
    """Write the quantised graph; return the widths of sentence and token vectors."""
    both = _SentenceAndTokens(pipeline)
    example = torch.tensor([tokenizer.encode(PROBES[1]).ids])
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        exact, quantised = Path(scratch, "exact"), Path(scratch, "quantised")
        with torch.no_grad(), warnings.catch_warnings(), attention_as_one_node(pipeline, OPSET):
            _ignore_tracing_warnings()
            sentence, tokens = both(example)
            torch.onnx.export(
                both,
                (example,),
                str(exact),
                input_names=["input_ids"],
                output_names=["sentence", "tokens"],
                dynamic_axes={"input_ids": {1: "length"}, "tokens": {0: "length"}},
                opset_version=OPSET,
                custom_opsets={"com.microsoft": 1},
                dynamo=False,
            )
        write_quantised(exact, quantised)
        write_fused(quantised, path)
    return sentence.shape[-1], tokens.shape[-1]


def _ignore_tracing_warnings() -> None:
    """Silence the warnings of the tracing exporter; the agreement check proves that the trace is right."""
    warnings.filterwarnings("ignore", category=TracerWarning)
    warnings.filterwarnings("ignore", category=DeprecationWarning, message=".*legacy TorchScript-based ONNX export.*")
    warnings.filterwarnings("ignore", category=DeprecationWarning, message=".*feature will be removed.*")
    warnings.filterwarnings("ignore", category=UserWarning, message="Exporting aten::index operator.*")


def _fingerprint(pipeline: SentenceTransformer, tokenizer: Path) -> str:
    weights = hashlib.sha256()
    for name, tensor in sorted(pipeline.state_dict().items()):
        weights.update(name.encode())
        weights.update(tensor.float().numpy().tobytes())
    parts = (weights.hexdigest(), hash_file(tokenizer).sha256, str(pipeline.max_seq_length), RECIPE)
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]


def _check_agreement(pipeline: SentenceTransformer, folder: Path) -> None:
    encoder = OnnxEncoder.open(folder)
    for text in PROBES:
        original = pipeline.encode(text, normalize_embeddings=True, show_progress_bar=False)
        agreement = float(np.dot(original, encoder.encode(text).sentence))
        if agreement < LEAST_AGREEMENT:
            raise ModelMismatch(
                f"The exported {encoder.name} disagrees with the original: cosine {agreement:.3f}, at least "
                f"{LEAST_AGREEMENT} is needed. Choose another sentence-transformers model."
            )


def _put_in_place(unfinished: Path, folder: Path) -> None:
    """Sync the files and rename the folder, in place of an older one."""
    for path in (*unfinished.iterdir(), unfinished):
        _sync(path)
    unfinished.chmod(0o755)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as aside:
        if folder.exists():
            folder.rename(Path(aside) / "older")
        unfinished.rename(folder)
    _sync(folder.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
