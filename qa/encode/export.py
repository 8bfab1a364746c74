"""Export a sentence-transformers model to a folder that OnnxEncoder runs; importing it loads torch."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer
from transformers.utils.logging import disable_progress_bar

from qa.digests import hash_file
from qa.encode.card import GRAPH, TOKENIZER, EncoderCard, write_card
from qa.encode.encoder import OnnxEncoder, special_tokens
from qa.encode.model import ModelFiles, check_weights, find_model, model_name
from qa.encode.per_token import write_quantised_per_token
from qa.encode.projection import read_projection
from qa.encode.tracing import SentenceAndTokens, write_exact
from qa.errors import ModelMismatch, StorageFailed
from qa.graphs import open_session, write_fused, write_quantised

# Part of the fingerprint: raise it when a change here changes vectors.
RECIPE = "1"
# The faster first; the name of the other is part of the fingerprint.
PER_TEXT, PER_TOKEN = "per text", "per token"
# Texts of this many tokens, from all over the vocabulary, tell which channels of a model are large.
EXAMPLES, EXAMPLE_TOKENS, STRIDE = 30, 62, 7919
PROBES = (
    "What is the hotline called?",
    "The ministry said on Monday that 2,076 cases had been opened, more than in the whole year before.",
    "Why?",
    "who wrote the article about the ferry and when did it sink",
    "Prices rose by 3.4 % in March, the statistics office reported. Economists had expected less: bread, heating oil "
    "and rents cost more than ever, while wages in the north-east hardly moved. “We will act”, the governor of the "
    "central bank told reporters in Lisbon, without saying how.",
)
# The chosen quantisation costs under 0.02; a pipeline that was not exported faithfully costs far more.
LEAST_AGREEMENT = 0.97


def export(model: str, folder: Path) -> None:
    """Export the model into the folder, which is whole or does not exist.

    Raises ModelMismatch when the model is missing, is not the known one, or cannot be exported faithfully, and
    StorageFailed when the folder cannot be written.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as scratch:
            files = find_model(model, Path(scratch))
            check_weights(files)
            _write_whole(_load(files), files, folder)
    except torch.onnx.OnnxExporterError as error:
        raise ModelMismatch(
            f"The model {model_name(model)!r} cannot be exported: {str(error).splitlines()[0]}. "
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


def _write_whole(pipeline: SentenceTransformer, files: ModelFiles, folder: Path) -> None:
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        _write_files(pipeline, files, unfinished)
        _put_in_place(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _write_files(pipeline: SentenceTransformer, files: ModelFiles, folder: Path) -> None:
    """Write the files with the first quantisation that agrees with the original; raises ModelMismatch if none does."""
    tokenizer = _bare_tokenizer(pipeline, files.name)
    tokenizer.save(str(folder / TOKENIZER))
    both = SentenceAndTokens(pipeline, read_projection(files.projection))
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        exact, quantised = Path(scratch, "exact"), Path(scratch, "quantised")
        widths = write_exact(both, torch.tensor([tokenizer.encode(PROBES[1]).ids]), exact)
        for quantisation in (PER_TEXT, PER_TOKEN):
            if quantisation == PER_TEXT:
                write_quantised(exact, quantised)
            else:
                write_quantised_per_token(exact, quantised, _examples(tokenizer))
            write_fused(quantised, folder / GRAPH)
            write_card(_card(both, files.name, widths, quantisation, folder), folder)
            agreement = _agreement(both, folder)
            if agreement >= LEAST_AGREEMENT:
                return
    raise ModelMismatch(
        f"The exported {files.name} disagrees with the original: cosine {agreement:.3f}, at least "
        f"{LEAST_AGREEMENT} is needed. Choose another sentence-transformers model."
    )


def _card(both: SentenceAndTokens, name: str, widths: tuple[int, int], quantisation: str, folder: Path) -> EncoderCard:
    special = Tokenizer.from_file(str(folder / TOKENIZER)).num_special_tokens_to_add(is_pair=False)
    return EncoderCard(
        name=name,
        fingerprint=_fingerprint(both, folder / TOKENIZER, quantisation),
        dimension=widths[0],
        token_dimension=widths[1],
        max_tokens=_longest(both.pipeline, name) - special,
        sha256={file: hash_file(folder / file).sha256 for file in (GRAPH, TOKENIZER)},
    )


def _examples(tokenizer: Tokenizer) -> list[NDArray[np.int64]]:
    """Return texts of ids (1, n) from all over the vocabulary, between the model's special tokens."""
    before, after = special_tokens(tokenizer)
    ids = np.arange(EXAMPLES * EXAMPLE_TOKENS, dtype=np.int64) * STRIDE % tokenizer.get_vocab_size()
    return [np.array([[*before, *one, *after]], np.int64) for one in ids.reshape(EXAMPLES, EXAMPLE_TOKENS)]


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


def _fingerprint(both: SentenceAndTokens, tokenizer: Path, quantisation: str) -> str:
    weights = hashlib.sha256()
    for name, tensor in sorted(both.pipeline.state_dict().items()):
        weights.update(name.encode())
        weights.update(tensor.float().numpy().tobytes())
    parts = [weights.hexdigest(), hash_file(tokenizer).sha256, str(both.pipeline.max_seq_length), RECIPE]
    if both.projection is not None:
        parts.append(hashlib.sha256(both.projection.numpy().tobytes()).hexdigest())
    if quantisation != PER_TEXT:
        parts.append(quantisation)
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]


def _agreement(both: SentenceAndTokens, folder: Path) -> float:
    """Return the lowest cosine to the original over all probes, of the sentence vector and of the tokens' mean."""
    encoder, graph = OnnxEncoder.open(folder), open_session(folder / GRAPH)
    lowest = 1.0
    for text in PROBES:
        sentence = both.pipeline.encode(text, normalize_embeddings=True, show_progress_bar=False)
        ids = both.pipeline.preprocess([text])["input_ids"]
        with torch.no_grad():
            tokens = both(ids)[1].numpy()
        similar = np.einsum("nd,nd->n", tokens, graph.run(["tokens"], {"input_ids": ids.numpy()})[0])
        lowest = min(lowest, float(np.dot(sentence, encoder.encode(text).sentence)), float(similar.mean()))
    return lowest


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
