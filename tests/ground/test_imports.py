"""What makes it fast: little is loaded, little is read, nothing is done twice."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from qa.protocols import Encoded, Rows
from qa.store.folder.mapping import file_under
from qa.store.snapshot import open_snapshot
from qa.store.texts.reader import connect
from qa.store.tokens import reader
from qa.store.tokens.blocks import open_block
from qa.store.tokens.late_interaction import TokenRows, round_question
from tests.building import build
from tests.fakes import FakeEncoder

ROOT = Path(__file__).parents[2]
# Torch and what brings it; the site; all that reads articles; what numpy, click and faiss can do without.
NOT_TO_ANSWER = (
    "torch",
    "transformers",
    "sentence_transformers",
    "sklearn",
    "scipy",
    "flask",
    "waitress",
    "tqdm",
    "ray",
    "sentencex",
    "chardet",
    "qa.ingest.article",
    "qa.build.build",
    "web",
    "numpy.ma",
)


def run(code: str, *arguments: object, env: dict[str, str] | None = None) -> str:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env=env).stdout


class FakeCountingEncoder(FakeEncoder):
    """Remembers every text that it was to encode."""

    def __init__(self) -> None:
        super().__init__(dimension=512)
        self.texts: list[str] = []

    def encode_all(self, texts: Iterable[str]) -> Iterator[Encoded]:
        for text in texts:
            self.texts.append(text)
            yield self.encode(text)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(30):
        lines = [f"Article {number}", *(f"Heron {number * 10 + n} eats {n} fish by the river." for n in range(10))]
        (folder / f"{number:02}.txt").write_text("\n\n".join(lines), encoding="utf-8")
    return folder


def test_an_answer_loads_nothing_that_it_does_not_need(seeds_index: Path) -> None:
    code = (
        "import sys; from pathlib import Path; import qa.cli.commands.ask; from qa.factory import open_engine;"
        " from qa.requests import AskRequest; from qa.settings import Settings;"
        " open_engine(Settings(index=Path(sys.argv[1]))).ask(AskRequest('What is the hotline called?'));"
        " print(*sys.modules)"
    )
    loaded = set(run(code, seeds_index).split())
    assert {"numpy", "faiss", "onnxruntime"} <= loaded
    assert loaded.isdisjoint(NOT_TO_ANSWER)


def test_products_of_matrices_start_no_threads() -> None:
    code = (
        "import os, sys; from unittest.mock import patch; import qa.cli\n"
        "with patch.object(qa.cli, 'qa'), patch.object(sys, 'exit'):\n    qa.cli.main()\n"
        "import numpy as np; square = np.ones((800, 800), np.float32); square @ square\n"
        "print(len(os.listdir('/proc/self/task')))"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    assert run(code, env=environment) == "1\n"


def test_equal_texts_are_encoded_once_and_unchanged_ones_never_again(folder: Path, tmp_path: Path) -> None:
    (folder / "99.txt").write_text("Article 99\n\nHeron 42 eats 2 fish by the river.\n\nOwls hunt.", encoding="utf-8")
    encoder = FakeCountingEncoder()
    build(folder, tmp_path / "index", encoder)
    assert len(encoder.texts) == len(set(encoder.texts)) > 300
    encoder.texts.clear()
    (folder / "98.txt").write_text("Article 98\n\nOwls hunt.\n\nPike wait.", encoding="utf-8")
    build(folder, tmp_path / "index", encoder)
    assert encoder.texts == ["Article 98", "Pike wait."]


def test_an_unchanged_build_leaves_every_file_as_it_is(folder: Path, tmp_path: Path) -> None:
    index, encoder = tmp_path / "index", FakeEncoder()
    build(folder, index, encoder)
    before = written(index)
    build(folder, index, encoder)
    assert len(before) > 10
    assert written(index) == before


def test_large_files_are_mapped_not_read(folder: Path, tmp_path: Path) -> None:
    build(folder, tmp_path / "index", FakeEncoder())
    with closing(open_snapshot(tmp_path / "index", None)) as snapshot:
        assert file_under(snapshot.article_vectors)
        connection = connect(snapshot.folder.path / "text.sqlite")
        assert connection.execute("PRAGMA mmap_size").fetchone()[0] > 0
        connection.close()
    [path] = (tmp_path / "index" / "blocks").iterdir()
    assert file_under(open_block(path, FakeEncoder().token_dimension))


def written(index: Path) -> dict[Path, int]:
    """Return when each file of the index was written; what begins with a dot is a lock."""
    return {path: path.stat().st_mtime_ns for path in index.rglob("[!.]*") if path.is_file()}


def test_only_a_few_token_vectors_are_held_at_a_time_and_all_fetched_together(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "ROWS_AT_ONCE", 7)
    encoder = FakeEncoder(dimension=512)
    build(folder, tmp_path / "index", encoder)
    with closing(open_snapshot(tmp_path / "index", None)) as snapshot:
        question, rows = encoder.encode("which heron eats 3 fish").tokens, np.arange(60, dtype=np.int64)
        sizes: list[int] = []
        fetched: list[tuple[int, int]] = []
        read, prefetch = snapshot.tokens.rows, snapshot.tokens.prefetch

        def counted_prefetch(some: Rows) -> None:
            fetched.append((len(some), len(sizes)))
            prefetch(some)

        def counted_read(part: Rows) -> TokenRows:
            sizes.append(len(part))
            return read(part)

        monkeypatch.setattr(snapshot.tokens, "prefetch", counted_prefetch)
        monkeypatch.setattr(snapshot.tokens, "rows", counted_read)
        [found] = snapshot.best_matches([question], rows)
        whole = read(rows).best_matches(round_question(question))
    assert max(sizes) == 7
    assert fetched == [(sum(sizes), 0)]
    assert np.array_equal(found.own, whole)
