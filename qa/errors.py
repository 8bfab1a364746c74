"""What a person can cause: each error says what happened, with the value, and what to do next."""

from __future__ import annotations


class QAError(Exception):
    """Base of every error that a person can cause; ``exit_code`` is the command line's."""

    exit_code = 2


class BadRequest(QAError):
    """A question or its options cannot be taken as they are.

    ``field`` is the path of the wrong field where there is one, with slashes: "history/0/question".
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class BadScope(BadRequest):
    """The articles or days that a question is restricted to cannot be."""


class NotThere(BadRequest):
    """What a request names is not in the conversation or in the articles: a turn, a quotation, a passage."""


class UnknownCollection(BadScope):
    """No collection of this name."""


class BadSetting(QAError):
    """A setting is unknown or its value cannot be used."""


class ArticlesMissing(QAError):
    """The folder of articles is missing, empty, or not the one the index was built from."""


class ArticleNotFound(QAError):
    """No article of this id, or a range outside its text."""


class IndexMissing(QAError):
    """There is no index where one was expected."""

    exit_code = 3


class IndexCorrupt(QAError):
    """A file of the index is not what its manifest says."""

    exit_code = 3


class ModelMismatch(QAError):
    """The index was built by another model, or the model's files are not the ones that were checked."""

    exit_code = 3


class IndexBusy(QAError):
    """Another process is writing this index."""

    exit_code = 3


class ContractBroken(QAError):
    """A part that was plugged in, such as a reader or an index, returned what its protocol does not allow."""

    exit_code = 3


class StorageFailed(QAError):
    """The operating system refused to store or read something."""

    exit_code = 3


class CollectionUnavailable(QAError):
    """A collection cannot be asked now; the message names no file, the error that it is raised from tells the rest."""

    exit_code = 3


class ClusterUnavailable(QAError):
    """A part of an index that is spread over machines has no copy that answers in time."""

    exit_code = 3
