"""What every request of one application shares."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from qa.conversations.store import ConversationStore, KeepingOff
from qa.protocols import AnswerEngine
from qa.settings import Settings
from qa.suggestions import Suggestions


@dataclass
class Site:
    """An engine with its settings; ``ready`` turns false when the server stops taking work."""

    engine: AnswerEngine
    settings: Settings
    suggestions: Suggestions
    ready: bool = True
    form_token: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    def issued(self, token: str) -> bool:
        """Return whether a page of this site put this token into its forms."""
        return hmac.compare_digest(token.encode(), self.form_token.encode())

    @property
    def kept(self) -> ConversationStore:
        """Return the kept conversations; raises KeepingOff."""
        if not self.settings.keep:
            raise KeepingOff("This site keeps no conversations (QA_KEEP is off). Ask at /v1/ask instead.")
        return ConversationStore(self.settings.data)


def current_site() -> Site:
    """Return the site of the application that handles this request."""
    return cast(Site, current_app.extensions["qa"])
