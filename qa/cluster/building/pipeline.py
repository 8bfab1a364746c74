"""The stages of a build in order, over all parts, from files to shards that lie in the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Sized
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from qa.build.changes import content_digest
from qa.build.scan import Scan
from qa.cluster.building.agreement import Agreement, agree
from qa.cluster.building.corpus import Corpus, find_parts_to_parse, join_parts
from qa.cluster.building.partition import cut_into_parts
from qa.cluster.building.plan_shards import ShardPlanner, keep_cuts
from qa.cluster.building.runner import Part, Result, Runner
from qa.cluster.building.shared_articles import SharedArticles
from qa.cluster.building.shared_store import SharedStore
from qa.cluster.building.stages.encode import EncodedPart, EncodePart
from qa.cluster.building.stages.list_articles import ListArticles
from qa.cluster.building.stages.parse import ParsedPart, ParsePart
from qa.cluster.building.stages.scan import ScannedPart, ScanPart
from qa.cluster.building.stages.write_shard import WriteShard, WrittenShard
from qa.cluster.manifest import ClusterManifest, ShardLengths
from qa.cluster.parts import Whole, even_cuts
from qa.errors import ArticlesMissing
from qa.ingest.versions import PARSER_VERSION
from qa.progress import Progress
from qa.protocols import Encoder
from qa.store.folder.manifest import FORMAT, Manifest
from qa.store.lexical.padding import Lengths


@dataclass(frozen=True, slots=True)
class ScannedFolder:
    """All articles of a folder by parts, and a digest that is equal for equal articles, model and rules."""

    parts: tuple[ScannedPart, ...]
    scan: Scan
    content: str

    @property
    def ids(self) -> list[str]:
        """The ids of all articles in order."""
        return [article.file.id for article in self.scan.articles]


@dataclass(frozen=True, slots=True)
class NewShards:
    """Shards that lie in the store, with the results of the stages that their generation is put together from.

    digests_before: the articles of the generation before by id.
    """

    shards: tuple[WrittenShard, ...]
    whole: Whole
    parsed: tuple[ParsedPart, ...]
    encoded: tuple[EncodedPart, ...]
    manifest: Manifest
    digests_before: dict[str, str]


@dataclass(frozen=True)
class Pipeline:
    """The stages over articles and a shared store, by a model that every machine loads for itself.

    What a run that did not end left in the store is used. before: the generation that is brought up to date; without
    one, shards that lie there under their names are compared with the new ones.
    """

    articles: SharedArticles
    store: SharedStore
    runner: Runner
    load_encoder: Callable[[], Encoder]
    progress: Progress
    before: ClusterManifest | None = None

    @cached_property
    def _encoder(self) -> Encoder:
        return self.load_encoder()

    @cached_property
    def _agreement(self) -> Agreement:
        return agree(self.store, self._encoder.fingerprint)

    def scan(self) -> ScannedFolder:
        """Read all files of the articles; raises ArticlesMissing when none can be read."""
        files, left_out = self.articles.find()
        parts = list(cut_into_parts(files))
        scanned = self._run("read", ScanPart(self.store, self._agreement, self.articles), parts, parts)
        unread = [file for part in scanned for file in part.scan.skipped]
        articles = tuple(article for part in scanned for article in part.scan.articles)
        if not articles:
            raise ArticlesMissing(
                f"None of the {len(files)} files in {self.articles.address} can be read; "
                f"{unread[0].source}: {unread[0].reason}"
            )
        scan = Scan(articles, (*left_out, *unread))
        return ScannedFolder(scanned, scan, content_digest(scan, self._encoder.fingerprint, PARSER_VERSION))

    def write_shards(self, scanned: ScannedFolder, count: int) -> NewShards:
        """Parse and encode the articles and write this many shards of them."""
        articles = [part.scan.articles for part in scanned.parts]
        to_parse = find_parts_to_parse(scanned.parts)
        parse = ParsePart(self.store, self._agreement, self.load_encoder)
        parsed = self._run("parse", parse, to_parse, articles, loads_model=True)
        corpus = join_parts([len(part) for part in articles], parsed)
        encoded = self._encode(corpus, scanned.ids)
        manifest = self._manifest(scanned, corpus)
        whole = _whole(corpus, parsed, encoded)
        planner = ShardPlanner(corpus, [part.key for part in encoded], scanned.ids, whole.peak, manifest)
        shards = list(planner.plan(self._cut(corpus, scanned.ids, count)))
        sizes = [shard.paragraph_counts for shard in shards]
        written = self._run("index", WriteShard(self.store, self._agreement, self.before is None), shards, sizes)
        return NewShards(written, whole, parsed, encoded, manifest, self._digests_before())

    def _encode(self, corpus: Corpus, ids: Sequence[str]) -> tuple[EncodedPart, ...]:
        before = self.before
        same_model = before is not None and before.fingerprint == self._encoder.fingerprint
        parts = list(corpus.parts_to_encode(ids, before.shards if before is not None and same_model else ()))
        stage = EncodePart(self.store, self._agreement, self.load_encoder)
        return self._run("encode", stage, parts, [part.paragraphs for part in parts], loads_model=True)

    def _digests_before(self) -> dict[str, str]:
        shards = [shard.pointer for shard in self.before.shards] if self.before is not None else []
        listed = self.runner.run(ListArticles(self.store), shards) if shards else ()
        return {name: digest for articles in listed for name, digest in articles.items()}

    def _cut(self, corpus: Corpus, ids: Sequence[str], count: int) -> tuple[int, ...]:
        if self.before is not None and len(self.before.shards) == count:
            kept = keep_cuts([shard.first_id for shard in self.before.shards], ids, corpus.article_of)
            if kept is not None:
                return kept
        return even_cuts(corpus.article_of, len(ids), count)

    def _run(
        self,
        name: str,
        stage: Callable[[Part], Result],
        parts: Sequence[Part],
        sizes: Sequence[Sized],
        *,
        loads_model: bool = False,
    ) -> tuple[Result, ...]:
        """Run a stage over all parts and report how far it is."""
        total, done, results = sum(map(len, sizes)), 0, []
        for result, size in zip(self.runner.run(stage, parts, loads_model=loads_model), sizes, strict=True):
            results.append(result)
            done += len(size)
            self.progress(name, done, total)
        return tuple(results)

    def _manifest(self, scanned: ScannedFolder, corpus: Corpus) -> Manifest:
        """Return what the manifests of all shards have in common, with the numbers of all of them."""
        encoder = self._encoder
        return Manifest(
            format=FORMAT,
            name="",
            fallback=None,
            folder=self.articles.address,
            model=encoder.name,
            fingerprint=encoder.fingerprint,
            rules=PARSER_VERSION,
            content=scanned.content,
            dimension=encoder.dimension,
            token_dimension=encoder.token_dimension,
            articles=len(corpus.paragraph_counts),
            paragraphs=len(corpus.plan.paragraph_of),
            texts=len(corpus.plan.paragraph_of),
            files={},
            blocks=(),
        )


def _whole(corpus: Corpus, parsed: Sequence[ParsedPart], encoded: Sequence[EncodedPart]) -> Whole:
    words = np.concatenate([part.words for part in parsed])[corpus.plan.paragraph_of]
    return Whole(
        peak=max(part.peak for part in encoded),
        lengths=ShardLengths(
            rows=Lengths(int(words.sum()), len(words)),
            articles=Lengths(sum(part.article_words for part in parsed), len(corpus.paragraph_counts)),
        ),
    )
