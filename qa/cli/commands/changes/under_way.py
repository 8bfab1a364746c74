"""A change of the folder of articles that a command makes, with progress on standard error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qa import factory
from qa.build.report import BuildReport
from qa.cli.progress import Bars
from qa.progress import Progress
from qa.settings import Settings
from qa.uploads.changes import ArticleChanges


@contextmanager
def changes_of(settings: Settings) -> Iterator[ArticleChanges]:
    """Yield the changes of the folder that these settings name; each builds the index."""
    with Bars() as bars:

        def build(progress: Progress) -> BuildReport:
            def both(stage: str, done: int, total: int) -> None:
                progress(stage, done, total)
                bars(stage, done, total)

            if settings.cluster:
                return factory.build_cluster_index(settings, settings.cluster, settings.articles, progress=both)
            return factory.build_index(settings, progress=both)

        yield ArticleChanges(settings.articles, build)
