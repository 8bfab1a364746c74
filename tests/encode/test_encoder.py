"""Opening an exported encoder and running it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from qa.encode.card import read_card
from qa.encode.encoder import OnnxEncoder
from qa.errors import IndexCorrupt, IndexMissing


@pytest.fixture
def copied_folder(encoder_folder: Path, tmp_path: Path) -> Path:
    return shutil.copytree(encoder_folder, tmp_path / "encoder")


def test_open_reads_the_card(encoder: OnnxEncoder, encoder_folder: Path) -> None:
    card = read_card(encoder_folder)
    assert (encoder.name, encoder.dimension, encoder.token_dimension) == ("all-MiniLM-L6-v2", 384, 384)
    assert encoder.max_tokens == 254  # 256 less [CLS] and [SEP]
    assert encoder.fingerprint == card.fingerprint
    assert sorted(card.sha256) == ["model.onnx", "tokenizer.json"]


def test_open_says_when_nothing_was_exported(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match=r"No exported encoder in .* Build it with: qa index"):
        OnnxEncoder.open(tmp_path)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_open_refuses_a_flipped_bit(copied_folder: Path, name: str) -> None:
    content = bytearray((copied_folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copied_folder / name).write_bytes(content)
    expected = read_digest(copied_folder, name)
    with pytest.raises(IndexCorrupt, match=rf"{name} is not what was exported: sha256 [0-9a-f]{{64}}, .*{expected}"):
        OnnxEncoder.open(copied_folder)


def test_open_refuses_a_missing_file(copied_folder: Path) -> None:
    (copied_folder / "model.onnx").unlink()
    with pytest.raises(IndexCorrupt, match="sha256 no file"):
        OnnxEncoder.open(copied_folder)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"name": 1}'])
def test_open_refuses_a_card_that_is_none(copied_folder: Path, content: bytes) -> None:
    (copied_folder / "encoder.json").write_bytes(content)
    with pytest.raises(IndexCorrupt, match=r"encoder\.json cannot be read"):
        OnnxEncoder.open(copied_folder)


def test_token_ids_are_word_pieces_of_the_vocabulary(encoder: OnnxEncoder) -> None:
    assert encoder.encode("Hello deserters").pieces.ids.tolist() == [7592, 5532, 2545]


def test_straight_and_doubled_spaces_make_the_same_pieces(encoder: OnnxEncoder) -> None:
    assert encoder.count_tokens("the  hotline\n") == encoder.count_tokens("the hotline") == 3


def test_encode_all_reads_only_a_few_texts_ahead(encoder: OnnxEncoder) -> None:
    taken: list[int] = []

    def texts() -> Iterator[str]:
        for number in range(1000):
            taken.append(number)
            yield f"text {number}"

    encoded = encoder.encode_all(texts())
    next(encoded)
    assert len(taken) <= 8 * (os.cpu_count() or 1)
    encoded.close()
    assert len(taken) < 1000


def test_encode_all_passes_on_what_the_texts_raise(encoder: OnnxEncoder) -> None:
    def texts() -> Iterator[str]:
        yield "one"
        raise KeyError("lost")

    with pytest.raises(KeyError, match="lost"):
        list(encoder.encode_all(texts()))


def test_running_an_encoder_loads_nothing_heavy(encoder_folder: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from qa.encode.encoder import OnnxEncoder\n"
        f"OnnxEncoder.open(Path({str(encoder_folder)!r})).encode('a question')\n"
        "print([name for name in ('torch', 'transformers', 'sentence_transformers', 'onnx') if name in sys.modules])"
    )
    root = Path(__file__).resolve().parents[2]
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=root, check=True)
    assert run.stdout == "[]\n"


def read_digest(folder: Path, name: str) -> str:
    card: dict[str, dict[str, str]] = msgspec.json.decode((folder / "encoder.json").read_bytes())
    return card["sha256"][name]
