"""Exporting a model, and how near the exported one is to the original."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import helper, numpy_helper
from sentence_transformers import SentenceTransformer
from transformers import (
    BertConfig,
    BertModel,
    LlamaConfig,
    LlamaModel,
    MPNetConfig,
    MPNetModel,
    PreTrainedConfig,
    PreTrainedModel,
)

from qa.encode import export as exporting
from qa.encode.encoder import OnnxEncoder
from qa.encode.export import export
from qa.encode.model import DEFAULT_MODEL, ModelFiles, find_model
from qa.encode.per_token import write_quantised_per_token
from qa.errors import ModelMismatch, StorageFailed
from qa.graphs import open_session, write_quantised
from qa.protocols import Matrix

QUESTIONS = [
    "How many criminal cases were opened against deserters?",
    "What is the hotline called?",
    "Who is Caesar and where is he from?",
    "When did Ukrainian law allow Russian citizens to serve?",
    "Why did Silent decide to fight for Ukraine?",
    "How many Russian soldiers has Caesar killed?",
    "What happens to Vinnie if he is captured?",
    "What does the Free Russian Legion do near Bakhmut?",
    "How do Ukrainian officers supervise the legion?",
    "What did soldiers see in Bucha, Irpin and Borodianka?",
]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformer:
    return SentenceTransformer(find_model(DEFAULT_MODEL, tmp_path_factory.mktemp("model")).location, device="cpu")


@pytest.fixture(scope="module")
def paragraphs(seeds: Path) -> list[str]:
    lines = [line for file in sorted(seeds.glob("*.txt")) for line in file.read_text("utf-8").split("\n")]
    return list(dict.fromkeys(line for line in lines if line.strip()))


@pytest.fixture(scope="module")
def original_vectors(original: SentenceTransformer, paragraphs: list[str]) -> Matrix:
    return original.encode(paragraphs, normalize_embeddings=True, batch_size=1, show_progress_bar=False)


@pytest.fixture(scope="module")
def exported_vectors(encoder: OnnxEncoder, paragraphs: list[str]) -> Matrix:
    return np.stack([encoded.sentence for encoded in encoder.encode_all(paragraphs)])


def test_sentence_vectors_agree_with_sentence_transformers(original_vectors: Matrix, exported_vectors: Matrix) -> None:
    agreement = np.einsum("nd,nd->n", original_vectors, exported_vectors)
    assert agreement.mean() >= 0.99
    assert agreement.min() >= 0.96


def test_token_vectors_agree_with_sentence_transformers(
    original: SentenceTransformer, encoder: OnnxEncoder, paragraphs: list[str]
) -> None:
    text = max(paragraphs, key=len)
    tokens = original.encode(text, output_value="token_embeddings", show_progress_bar=False).numpy()[1:-1]
    agreement = np.einsum(
        "nd,nd->n", tokens / np.linalg.norm(tokens, axis=1, keepdims=True), encoder.encode(text).tokens
    )
    assert agreement.mean() >= 0.98
    assert agreement.min() >= 0.94


def test_word_pieces_are_those_of_sentence_transformers(
    original: SentenceTransformer, encoder: OnnxEncoder, paragraphs: list[str]
) -> None:
    for text in [*paragraphs[:40], "Ünïcode “quotes” – 2,076 ₽ 東京", "x" * 300, ""]:
        expected = original.preprocess([text])["input_ids"][0].tolist()
        assert [101, *encoder.encode(text).pieces.ids.tolist(), 102] == expected


@pytest.mark.parametrize("question", QUESTIONS)
def test_top_passage_is_that_of_sentence_transformers(
    question: str,
    original: SentenceTransformer,
    encoder: OnnxEncoder,
    paragraphs: list[str],
    original_vectors: Matrix,
    exported_vectors: Matrix,
) -> None:
    expected = original_vectors @ original.encode(question, normalize_embeddings=True, show_progress_bar=False)
    scores = exported_vectors @ encoder.encode(question).sentence
    assert paragraphs[int(scores.argmax())] == paragraphs[int(expected.argmax())]


SMALL: dict[str, Any] = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}


@pytest.mark.parametrize(
    ("model_class", "config", "nodes"),
    [
        pytest.param(BertModel, BertConfig(**SMALL), 2, id="every token looks at every token"),
        pytest.param(MPNetModel, MPNetConfig(**SMALL), 0, id="attention of its own, with distances"),
        pytest.param(BertModel, BertConfig(**SMALL, is_decoder=True), 0, id="tokens look back only"),
    ],
)
def test_any_sentence_transformers_folder_is_exported(
    tmp_path: Path,
    original: SentenceTransformer,
    model_class: type[PreTrainedModel],
    config: PreTrainedConfig,
    nodes: int,
) -> None:
    model = _small_model(tmp_path / "small", original, model_class, config)
    export(str(tmp_path / "small"), tmp_path / "encoder")
    encoder = OnnxEncoder.open(tmp_path / "encoder")
    assert (encoder.name, encoder.dimension, encoder.token_dimension, encoder.max_tokens) == ("small", 32, 32, 62)
    for text in QUESTIONS:
        agreement = (
            model.encode(text, normalize_embeddings=True, show_progress_bar=False) @ encoder.encode(text).sentence
        )
        assert agreement >= 0.97
    operators = _operators(tmp_path / "encoder")
    assert operators.count("MultiHeadAttention") == nodes
    assert "SkipLayerNormalization" not in operators


@pytest.mark.parametrize(
    ("model_class", "config"), [(BertModel, BertConfig(**SMALL)), (MPNetModel, MPNetConfig(**SMALL))]
)
def test_model_that_one_scale_per_text_harms_has_a_scale_per_token(
    tmp_path: Path,
    original: SentenceTransformer,
    monkeypatch: pytest.MonkeyPatch,
    model_class: type[PreTrainedModel],
    config: PreTrainedConfig,
) -> None:
    model = _small_model(tmp_path / "small", original, model_class, config)
    export(str(tmp_path / "small"), tmp_path / "plain")
    measure, measured = exporting._agreement, iter([0.9])
    monkeypatch.setattr(exporting, "_agreement", lambda *given: next(measured, None) or measure(*given))
    export(str(tmp_path / "small"), tmp_path / "encoder")
    plain, encoder = OnnxEncoder.open(tmp_path / "plain"), OnnxEncoder.open(tmp_path / "encoder")
    for text in [*QUESTIONS, "Why?"]:
        expected = model.encode(text, normalize_embeddings=True, show_progress_bar=False)
        assert expected @ encoder.encode(text).sentence >= 0.995
    assert ["QuantizeLinear" in _operators(tmp_path / name) for name in ("plain", "encoder")] == [False, True]
    assert plain.fingerprint != encoder.fingerprint


def test_scale_per_token_keeps_small_channels_beside_a_large_one(tmp_path: Path) -> None:
    chance = np.random.default_rng(7)
    weights = chance.normal(size=(64, 16)).astype(np.float32)
    table = chance.normal(size=(100, 64)).astype(np.float32)
    table[:, 5] *= 200
    weights[5] /= 200
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["looked_up"]),
        helper.make_node("LayerNormalization", ["looked_up", "gain", "zeros"], ["normed"], axis=-1),
        helper.make_node("MatMul", ["normed", "weights"], ["tokens"]),
    ]
    constants = {"table": table, "weights": weights, "gain": np.ones(64, np.float32), "zeros": np.zeros(64, np.float32)}
    graph = helper.make_graph(
        nodes,
        "outlier",
        [helper.make_tensor_value_info("input_ids", onnx.TensorProto.INT64, [1, "length"])],
        [helper.make_tensor_value_info("tokens", onnx.TensorProto.FLOAT, [1, "length", 16])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    exact = tmp_path / "exact"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(exact))
    ids = np.arange(20, dtype=np.int64)[None]
    write_quantised(exact, tmp_path / "per_text")
    write_quantised_per_token(exact, tmp_path / "per_token", [np.arange(50, 90, dtype=np.int64)[None]])
    [expected] = open_session(exact).run(None, {"input_ids": ids})
    errors = [
        float(np.abs(open_session(tmp_path / name).run(None, {"input_ids": ids})[0] - expected).mean())
        for name in ("per_text", "per_token")
    ]
    assert errors[1] < errors[0] / 5


def test_projection_makes_token_vectors_narrower_and_keeps_the_sentence(
    tmp_path: Path, original: SentenceTransformer, monkeypatch: pytest.MonkeyPatch
) -> None:
    _small_model(tmp_path / "small", original, BertModel, BertConfig(**SMALL))
    export(str(tmp_path / "small"), tmp_path / "plain")
    matrix = np.linalg.qr(np.random.default_rng(7).normal(size=(32, 8)))[0].astype(np.float16)
    np.save(tmp_path / "projection.npy", matrix)
    files = replace(find_model(str(tmp_path / "small"), tmp_path), projection=tmp_path / "projection.npy")
    monkeypatch.setattr(exporting, "find_model", lambda *_: files)
    export(str(tmp_path / "small"), tmp_path / "narrow")
    wide, cut = OnnxEncoder.open(tmp_path / "plain"), OnnxEncoder.open(tmp_path / "narrow")
    assert (cut.dimension, cut.token_dimension) == (32, 8)
    assert wide.fingerprint != cut.fingerprint
    for text in QUESTIONS:
        expected = wide.encode(text).tokens @ matrix.astype(np.float32)
        expected /= np.linalg.norm(expected, axis=1, keepdims=True)
        assert np.einsum("nd,nd->n", expected, cut.encode(text).tokens).mean() >= 0.97
        assert wide.encode(text).sentence @ cut.encode(text).sentence >= 0.999


def _operators(folder: Path) -> list[str]:
    return [node.op_type for node in onnx.load(folder / "model.onnx").graph.node]


def test_model_that_cannot_be_exported_is_refused_and_leaves_nothing(
    tmp_path: Path, original: SentenceTransformer
) -> None:
    _small_model(tmp_path / "small", original, LlamaModel, LlamaConfig(**SMALL, vocab_size=30522))
    with pytest.raises(ModelMismatch, match="'small' cannot be exported"):
        export(str(tmp_path / "small"), tmp_path / "encoder")
    assert [path.name for path in tmp_path.iterdir()] == ["small"]


def _small_model(
    folder: Path,
    original: SentenceTransformer,
    model_class: type[PreTrainedModel],
    config: PreTrainedConfig,
) -> SentenceTransformer:
    """Save a random model that differs in every part: two layers, narrow, [CLS] pooling, no normalisation."""
    transformer_class, pooling_class = type(original[0]), type(original[1])
    torch.manual_seed(7)
    model_class(config).save_pretrained(folder / "transformer")
    original.tokenizer.save_pretrained(folder / "transformer")
    modules = [
        transformer_class(str(folder / "transformer"), max_seq_length=64),
        pooling_class(32, pooling_mode="cls"),
    ]
    model = SentenceTransformer(modules=modules, device="cpu")
    model.save(str(folder))
    return model


def test_model_that_is_nowhere_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelMismatch, match=r"'no-such-model' cannot be loaded: .*Give the folder of"):
        export("no-such-model", tmp_path / "encoder")
    assert list(tmp_path.iterdir()) == []


def test_folder_without_safetensors_is_refused(tmp_path: Path) -> None:
    model = tmp_path / "pickled"
    model.mkdir()
    (model / "config.json").write_text(json.dumps({"model_type": "bert", "hidden_size": 32}))
    (model / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    with pytest.raises(ModelMismatch, match="'pickled' cannot be loaded"):
        export(str(model), tmp_path / "encoder")


def test_failed_export_leaves_nothing(
    tmp_path: Path, original: SentenceTransformer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_half(pipeline: SentenceTransformer, files: ModelFiles, folder: Path) -> None:
        (folder / "model.onnx").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting, "_load", lambda _: original)
    monkeypatch.setattr(exporting, "_write_files", write_half)
    with pytest.raises(StorageFailed, match=r"cannot be written to .*No space left on device"):
        export("all-MiniLM-L6-v2", tmp_path / "encoder")
    assert list(tmp_path.iterdir()) == []


def test_export_that_disagrees_is_refused_and_leaves_nothing(
    tmp_path: Path, original: SentenceTransformer, monkeypatch: pytest.MonkeyPatch
) -> None:
    _small_model(tmp_path / "small", original, BertModel, BertConfig(**SMALL))
    monkeypatch.setattr(exporting, "LEAST_AGREEMENT", 1.1)
    with pytest.raises(ModelMismatch, match=r"disagrees with the original: cosine (0\.9\d\d|1\.000), at least 1\.1"):
        export(str(tmp_path / "small"), tmp_path / "encoder")
    assert [path.name for path in tmp_path.iterdir()] == ["small"]


def test_export_takes_the_place_of_an_older_folder(
    tmp_path: Path, original: SentenceTransformer, encoder_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_copy(pipeline: SentenceTransformer, files: ModelFiles, folder: Path) -> None:
        for file in encoder_folder.iterdir():
            (folder / file.name).write_bytes(file.read_bytes())

    (tmp_path / "encoder").mkdir()
    (tmp_path / "encoder" / "old.onnx").write_bytes(b"old")
    monkeypatch.setattr(exporting, "_load", lambda _: original)
    monkeypatch.setattr(exporting, "_write_files", write_copy)
    export("all-MiniLM-L6-v2", tmp_path / "encoder")
    assert [path.name for path in tmp_path.iterdir()] == ["encoder"]
    assert sorted(path.name for path in (tmp_path / "encoder").iterdir()) == [
        "encoder.json",
        "model.onnx",
        "tokenizer.json",
    ]
