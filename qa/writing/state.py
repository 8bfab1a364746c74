"""Whether the endpoint that writes can be used: reachable, with its key and model, and how many tokens it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa.writing.endpoint import EndpointWriter
from qa.writing.writer import WriterFailed

ANSWERS = "answers"
# The names that servers give to the window of a model, which no standard names.
CONTEXT_NAMES = ("max_model_len", "context_length", "context_window", "max_context_length", "n_ctx", "n_ctx_train")
QUESTION = ({"role": "user", "content": "Say yes."},)


@dataclass(frozen=True, slots=True)
class WriterState:
    """The state of an endpoint: ``outcome`` is "answers", or the code of a failure that ``message`` says in words.

    ``context`` is how many tokens are sent and written at most, ``stated_context`` how many the endpoint says that the
    model takes, None where it does not say.
    """

    model: str
    host: str
    outcome: str
    message: str
    context: int
    stated_context: int | None

    @property
    def in_words(self) -> str:
        """Return the state for people."""
        if self.outcome != ANSWERS:
            return self.message
        answers = f"{self.model} at {self.host} answers."
        if self.stated_context is None:
            return f"{answers} It does not say how many tokens it takes; QA_WRITER_CONTEXT is {self.context:,}."
        if self.stated_context < self.context:
            return (
                f"{answers} It takes {self.stated_context:,} tokens: set QA_WRITER_CONTEXT lower than {self.context:,}."
            )
        return f"{answers} It takes {self.stated_context:,} tokens; QA_WRITER_CONTEXT is {self.context:,}."


def find_state(endpoint: EndpointWriter) -> WriterState:
    """Return the state of the endpoint after a request for one token and one for its list of models.

    No text of an article is sent. An endpoint without a list of models can be used all the same.
    """
    about = endpoint.model, endpoint.host
    try:
        for _ in endpoint.complete(QUESTION, 1):
            pass
    except WriterFailed as failure:
        return WriterState(*about, failure.code, str(failure), endpoint.context, None)
    try:
        stated = _stated_context(endpoint.read_models(), endpoint.model)
    except WriterFailed:
        stated = None
    return WriterState(*about, ANSWERS, "", endpoint.context, stated)


def _stated_context(models: Sequence[Mapping[str, Any]], name: str) -> int | None:
    """Return the window of the model of this name, as it is listed or in its nested fields."""
    for model in models:
        if model.get("id") == name:
            nested = [one for one in model.values() if isinstance(one, Mapping)]
            sizes = [fields.get(key) for fields in (model, *nested) for key in CONTEXT_NAMES]
            return next((size for size in sizes if isinstance(size, int) and size > 0), None)
    return None
