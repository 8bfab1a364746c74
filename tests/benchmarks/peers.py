"""What people would otherwise use, over the same paragraphs with the same model; runs in an environment of its own.

    python peers.py txtai index PARAGRAPHS FOLDER MODEL
    python peers.py txtai ask FOLDER MODEL QUESTIONS

PARAGRAPHS and QUESTIONS are JSON arrays of texts. Each prints its figures as one line of JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

TOP = 10

Ask = Callable[[str], str]
# Seconds by the wall clock and of processor time when the model was loaded and indexing began.
Started = tuple[float, float]


class Txtai:
    """txtai: embeddings database with content."""

    def index(self, texts: list[str], folder: str, model: str) -> Started:
        from txtai import Embeddings

        embeddings = Embeddings(path=model, content=True)
        started = time.perf_counter(), _processor()
        embeddings.index(texts)
        embeddings.save(folder)
        return started

    def open(self, folder: str, model: str) -> Ask:
        from txtai import Embeddings

        embeddings = Embeddings(path=model, content=True)
        embeddings.load(folder)
        return lambda question: str(embeddings.search(question, TOP)[0]["text"])


class LangChain:
    """LangChain with its FAISS store."""

    def index(self, texts: list[str], folder: str, model: str) -> Started:
        from langchain_community.vectorstores import FAISS

        embeddings = self._embeddings(model)
        started = time.perf_counter(), _processor()
        FAISS.from_texts(texts, embeddings).save_local(folder)
        return started

    def open(self, folder: str, model: str) -> Ask:
        from langchain_community.vectorstores import FAISS

        # Its index is a pickle; this one was written a moment ago by the line above.
        store = FAISS.load_local(folder, self._embeddings(model), allow_dangerous_deserialization=True)
        return lambda question: str(store.similarity_search(question, k=TOP)[0].page_content)

    def _embeddings(self, model: str) -> object:
        from langchain_huggingface import HuggingFaceEmbeddings

        return HuggingFaceEmbeddings(model_name=model)


class LlamaIndex:
    """LlamaIndex with its FAISS store."""

    def index(self, texts: list[str], folder: str, model: str) -> Started:
        import faiss
        from llama_index.core import StorageContext, VectorStoreIndex
        from llama_index.core.schema import TextNode
        from llama_index.vector_stores.faiss import FaissVectorStore

        embeddings = self._embeddings(model)
        started = time.perf_counter(), _processor()
        store = StorageContext.from_defaults(vector_store=FaissVectorStore(faiss.IndexFlatIP(384)))
        nodes = [TextNode(text=text) for text in texts]
        VectorStoreIndex(nodes, storage_context=store, embed_model=embeddings).storage_context.persist(folder)
        return started

    def open(self, folder: str, model: str) -> Ask:
        from llama_index.core import StorageContext, load_index_from_storage
        from llama_index.vector_stores.faiss import FaissVectorStore

        vectors = FaissVectorStore.from_persist_dir(folder)
        store = StorageContext.from_defaults(vector_store=vectors, persist_dir=folder)
        index = load_index_from_storage(store, embed_model=self._embeddings(model))
        retriever = index.as_retriever(similarity_top_k=TOP)
        return lambda question: str(retriever.retrieve(question)[0].node.get_content())

    def _embeddings(self, model: str) -> object:
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        return HuggingFaceEmbedding(model_name=model)


class Chroma:
    """Chroma with a collection on disk."""

    BATCH = 1000

    def index(self, texts: list[str], folder: str, model: str) -> Started:
        import chromadb

        embeddings = self._embeddings(model)
        started = time.perf_counter(), _processor()
        collection = chromadb.PersistentClient(folder).create_collection("articles", embedding_function=embeddings)
        for first in range(0, len(texts), self.BATCH):
            part = texts[first : first + self.BATCH]
            collection.add(ids=[str(first + place) for place in range(len(part))], documents=part)
        return started

    def open(self, folder: str, model: str) -> Ask:
        import chromadb

        embeddings = self._embeddings(model)
        collection = chromadb.PersistentClient(folder).get_collection("articles", embedding_function=embeddings)
        return lambda question: str(collection.query(query_texts=[question], n_results=TOP)["documents"][0][0])

    def _embeddings(self, model: str) -> object:
        from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction

        return SentenceTransformerEmbeddingFunction(model_name=model)


class Bare:
    """sentence-transformers and FAISS with nothing around them."""

    def index(self, texts: list[str], folder: str, model: str) -> Started:
        import faiss
        from sentence_transformers import SentenceTransformer

        encoder = SentenceTransformer(model, device="cpu")
        started = time.perf_counter(), _processor()
        index = faiss.IndexFlatIP(384)
        index.add(encoder.encode(texts, normalize_embeddings=True, show_progress_bar=False))
        Path(folder).mkdir()
        faiss.write_index(index, f"{folder}/vectors")
        Path(folder, "texts.json").write_text(json.dumps(texts), encoding="utf-8")
        return started

    def open(self, folder: str, model: str) -> Ask:
        import faiss
        from sentence_transformers import SentenceTransformer

        encoder = SentenceTransformer(model, device="cpu")
        index = faiss.read_index(f"{folder}/vectors")
        texts = json.loads(Path(folder, "texts.json").read_text(encoding="utf-8"))

        def ask(question: str) -> str:
            vector = encoder.encode([question], normalize_embeddings=True, show_progress_bar=False)
            return self._best(question, [texts[row] for row in index.search(vector, TOP)[1][0]])

        return ask

    def _best(self, question: str, found: list[str]) -> str:
        """Return the best of the texts, which come best first."""
        return found[0]


class Reranked(Bare):
    """The same, and sentence-transformers' CrossEncoder over what was found, as this project reads passages.

    The cross-encoder is the model itself with an untrained head: what it costs is measured, not how good it is.
    """

    def open(self, folder: str, model: str) -> Ask:
        from sentence_transformers import CrossEncoder

        self._reranker = CrossEncoder(model, num_labels=1, device="cpu")
        return super().open(folder, model)

    def _best(self, question: str, found: list[str]) -> str:
        scores = self._reranker.predict([(question, text) for text in found], show_progress_bar=False)
        return found[int(scores.argmax())]


class Peer(Protocol):
    """A project that indexes texts in a folder and opens it for questions."""

    def index(self, texts: list[str], folder: str, model: str) -> Started: ...

    def open(self, folder: str, model: str) -> Ask: ...


PEERS: dict[str, Peer] = {
    "txtai": Txtai(),
    "LangChain + FAISS": LangChain(),
    "LlamaIndex + FAISS": LlamaIndex(),
    "Chroma": Chroma(),
    "sentence-transformers + FAISS": Bare(),
    "sentence-transformers + FAISS + CrossEncoder": Reranked(),
}


def index(name: str, paragraphs: str, folder: str, model: str) -> dict[str, float]:
    """Index the paragraphs; return the seconds without loading, by the wall clock and of processor time."""
    texts = json.loads(Path(paragraphs).read_text(encoding="utf-8"))
    seconds, processor = PEERS[name].index(texts, folder, model)
    return {"index": time.perf_counter() - seconds, "processor": _processor() - processor}


def ask(name: str, folder: str, model: str, questions: str) -> dict[str, object]:
    """Ask all questions; return the seconds of opening, the milliseconds of all but the first and their processor time,
    and MB resident at the end."""
    begun = time.perf_counter()
    answer = PEERS[name].open(folder, model)
    opened = time.perf_counter() - begun
    asked = json.loads(Path(questions).read_text(encoding="utf-8"))
    answer(asked[0])
    taken, processor = [], _processor()
    for question in asked[1:]:
        started = time.perf_counter()
        answer(question)
        taken.append((time.perf_counter() - started) * 1000)
    resident = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    spent = (_processor() - processor) * 1000 / max(len(taken), 1)
    return {"open": opened, "ms": taken, "memory": int(resident.split()[1]) / 1024, "processor": spent}


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    command = {"index": index, "ask": ask}[sys.argv[2]]
    sys.stdout.write(json.dumps(command(sys.argv[1], *sys.argv[3:])) + "\n")
