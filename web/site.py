"""What every request of one application shares."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from flask import current_app, g, request

from qa.collections.collection import Collection
from qa.collections.collections import Collections
from qa.conversations.feedback import FeedbackStore
from qa.conversations.quotations import QuotationStore
from qa.conversations.store import ConversationStore, KeepingOff
from qa.conversations.suggestions import Suggestions
from qa.errors import QAError
from qa.exposure import takes_uploads
from qa.protocols import AnswerEngine, Encoder
from qa.records import Answer
from qa.settings import Settings
from qa.uploads.changes import ArticleChanges
from qa.written import Written, WrittenSentence

if TYPE_CHECKING:
    from qa.writing.written import CheckedWriter


class WriterOff(QAError):
    """No language model writes here."""


class WriterNotAllowed(QAError):
    """Nobody at this browser has allowed that text is sent to another machine."""


class UploadsOff(QAError):
    """Articles are not added, renamed or removed over HTTP here."""


@dataclass(frozen=True, slots=True)
class ServedCollection:
    """A collection as this site serves it; what asks it raises CollectionUnavailable where it cannot be opened."""

    collection: Collection
    engine: AnswerEngine
    suggestions: Suggestions
    changes: ArticleChanges

    @property
    def name(self) -> str | None:
        """Return its name, None where a single folder has none."""
        return self.collection.name

    @property
    def settings(self) -> Settings:
        """Return the settings with its folder and its index."""
        return self.collection.settings


@dataclass
class Site:
    """What is served, with the settings; ``ready`` turns false when the server stops taking work."""

    collections: Collections
    served: Mapping[str | None, ServedCollection]
    settings: Settings
    writer: CheckedWriter | None = None
    ready: bool = True
    form_token: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    def find(self, name: str | None) -> ServedCollection:
        """Return the collection of this name, the first one for None or ""; raises UnknownCollection."""
        return self.served[self.collections.find(name or None).name]

    @property
    def encoder(self) -> Encoder:
        """Return the encoder of the questions, which is the same for all collections."""
        return next(self.collections.available(), self.collections.default).engine.encoder

    def issued(self, token: str) -> bool:
        """Return whether a page of this site put this token into its forms."""
        return hmac.compare_digest(token.encode(), self.form_token.encode())

    @property
    def takes_uploads(self) -> bool:
        """Return whether articles may be added, renamed and removed here."""
        return not self.settings.cluster and takes_uploads(self.settings)

    def require_changes(self) -> None:
        """Raise UploadsOff where articles may not be added, renamed or removed."""
        if self.settings.cluster:
            raise UploadsOff(
                "This index is served by a cluster and is not changed from here. Change the folder of its articles,"
                " then run: qa index --cluster"
            )
        if not self.takes_uploads:
            raise UploadsOff(
                "Articles are added here only by programs of this machine or with a token (QA_TOKEN), and where"
                " QA_UPLOADS is not off."
            )

    def require_writer(self) -> CheckedWriter:
        """Return the writer of this site; raises WriterOff where there is none."""
        if self.writer is None:
            raise WriterOff("This site has no language model that writes (QA_WRITER). Leave `write` out.")
        return self.writer

    def write(self, answer: Answer) -> Generator[WrittenSentence | Written, None, None]:
        """Return what the writer makes of the answer: each sentence as it comes, then the whole; raises WriterOff.

        The log of this request names the host that the quotations go to.
        """
        writer = self.require_writer()
        if answer.answered:
            g.writer = writer.host
        return writer.write(answer)

    @property
    def kept(self) -> ConversationStore:
        """Return the kept conversations; raises KeepingOff."""
        self._require_keeping()
        return ConversationStore(self.settings.data)

    @property
    def quotations(self) -> QuotationStore:
        """Return the quotations that are kept in conversations; raises KeepingOff."""
        self._require_keeping()
        return QuotationStore(self.settings.data)

    @property
    def feedback(self) -> FeedbackStore:
        """Return what people said of answers; raises KeepingOff."""
        self._require_keeping()
        return FeedbackStore(self.settings.data)

    def _require_keeping(self) -> None:
        if not self.settings.keep:
            raise KeepingOff("This site keeps no conversations (QA_KEEP is off). Ask at /v1/ask instead.")


def current_site() -> Site:
    """Return the site of the application that handles this request."""
    return cast(Site, current_app.extensions["qa"])


def current_collection() -> ServedCollection:
    """Return the collection that this request is about: that of its query string, else the first one.

    Raises UnknownCollection.
    """
    return cast(ServedCollection, g.collection) if "collection" in g else use_collection(None)


def use_collection(name: str | None) -> ServedCollection:
    """Return the collection of this name, which this request is about from now on.

    Without a name it is that of the query string, else the first one. Raises UnknownCollection.
    """
    g.collection = current_site().find(name or request.args.get("collection"))
    return cast(ServedCollection, g.collection)
