"""The writer behind an OpenAI-compatible chat endpoint: one streamed request, with deadlines, and nothing else sent."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, cast
from urllib.parse import urlsplit

import httpx2

from qa.writing.prompt import TOKENS_TO_WRITE, Messages, compose_messages
from qa.writing.thoughts import drop_thoughts
from qa.writing.writer import WriterFailed, WriteTask

CONNECT_SECONDS = 5.0
PIECE_SECONDS = 20.0
MOST_BYTES = 1_000_000  # of a response

_REFUSALS = {
    400: ("not_accepted", "did not accept the request; its window may be smaller than QA_WRITER_CONTEXT"),
    401: ("key_refused", "refused the key"),
    403: ("key_refused", "refused the key"),
    404: ("model_unknown", "does not know the model or the address"),
    413: ("not_accepted", "found the request too long; set QA_WRITER_CONTEXT lower"),
    429: ("busy", "has too many requests at the moment"),
}


class _TooLong(Exception):
    """A response has more bytes than any answer needs."""


class _BoundedStream(httpx2.SyncByteStream):
    """The bytes of a response, until a moment of the monotonic clock and up to MOST_BYTES."""

    def __init__(self, stream: httpx2.SyncByteStream, ends: float) -> None:
        self._stream, self._ends = stream, ends

    def __iter__(self) -> Iterator[bytes]:
        count = 0
        for part in self._stream:
            count += len(part)
            if count > MOST_BYTES:
                raise _TooLong
            if time.monotonic() > self._ends:
                raise httpx2.ReadTimeout("The response takes too long.")
            yield part

    def close(self) -> None:
        self._stream.close()


class EndpointWriter:
    """Writes by POST ADDRESS/chat/completions.

    Redirects are not followed and proxy variables are not read, so that the key and the text reach this host alone.
    """

    def __init__(self, address: str, model: str, key: str, context: int, wait: int) -> None:
        """``wait`` is how many seconds the whole text may take; each piece may take PIECE_SECONDS at most."""
        self._address, self._model, self._key, self._context = address.rstrip("/"), model, key, context
        self._wait = wait

    @property
    def model(self) -> str:
        return self._model

    @property
    def context(self) -> int:
        """Return how many tokens are sent and written at most."""
        return self._context

    @property
    def host(self) -> str:
        return urlsplit(self._address).netloc.rpartition("@")[2]

    def write(self, task: WriteTask) -> Generator[str, None, None]:
        with closing(self.complete(compose_messages(task, self._context), TOKENS_TO_WRITE)) as pieces:
            yield from drop_thoughts(pieces)

    def complete(self, messages: Messages, most_tokens: int) -> Generator[str, None, None]:
        """Yield the pieces of the answer to any messages; raises WriterFailed."""
        body = {
            "model": self._model,
            "messages": messages,
            "max_tokens": most_tokens,
            "temperature": 0,
            "stream": True,
        }
        with self._failures(), self._sent("POST", "/chat/completions", "text/event-stream", json=body) as response:
            self._check_status(response)
            yield from self._pieces(response)

    def read_models(self) -> tuple[Mapping[str, Any], ...]:
        """Return what the endpoint tells of each of its models; raises WriterFailed, also where it has no list."""
        with self._failures(), self._sent("GET", "/models", "application/json") as response:
            self._check_status(response)
            body = json.loads(response.read())
        listed = body.get("data") if isinstance(body, Mapping) else None
        return tuple(one for one in listed if isinstance(one, Mapping)) if isinstance(listed, list) else ()

    @contextmanager
    def _sent(self, method: str, path: str, accept: str, **content: Any) -> Iterator[httpx2.Response]:
        """Send a request and give the response, whose bytes and time are limited."""
        headers = {"Accept": accept}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        with self._client() as client:
            sent = client.stream(method, f"{self._address}{path}", headers=headers, **content)
            with sent as response:
                stream = cast(httpx2.SyncByteStream, response.stream)
                response.stream = _BoundedStream(stream, time.monotonic() + self._wait)
                yield response

    def _client(self) -> httpx2.Client:
        wait = httpx2.Timeout(CONNECT_SECONDS, read=min(PIECE_SECONDS, self._wait))
        return httpx2.Client(timeout=wait, follow_redirects=False, trust_env=False)

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Turn failures of the connection into WriterFailed, in words that name the host only."""
        try:
            yield
        except _TooLong as error:
            raise self._failed("too_long", "wrote without end") from error
        except httpx2.TimeoutException as error:
            raise self._failed("too_slow", "did not answer in time") from error
        except httpx2.ConnectError as error:
            raise self._failed("unreachable", "cannot be reached") from error
        except httpx2.HTTPError as error:
            raise self._failed("broken_off", "broke off") from error
        except (ValueError, httpx2.InvalidURL) as error:
            raise self._failed("not_an_answer", "answered with something else than a chat completion") from error

    def _failed(self, code: str, what: str) -> WriterFailed:
        return WriterFailed(code, f"The writer at {self.host} {what}.")

    def _check_status(self, response: httpx2.Response) -> None:
        status = response.status_code
        if status in _REFUSALS:
            raise self._failed(*_REFUSALS[status])
        if response.is_redirect:
            raise self._failed("redirected", "redirects to another address, which is not followed")
        if status != httpx2.codes.OK:
            raise self._failed("endpoint_failed", f"failed with status {status}")

    def _pieces(self, response: httpx2.Response) -> Iterator[str]:
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
        if kind == "text/event-stream":
            yield from self._streamed(response)
        elif kind == "application/json":
            yield self._whole(response)
        else:
            raise self._failed("not_an_answer", "answered with something else than a chat completion")

    def _streamed(self, response: httpx2.Response) -> Iterator[str]:
        for event in httpx2.EventSource(response):
            if event.data.strip() == "[DONE]":
                return
            if not event.data:
                continue
            choice = self._choice(json.loads(event.data))
            delta = choice.get("delta")
            piece = delta.get("content") if isinstance(delta, Mapping) else None
            if isinstance(piece, str) and piece:
                yield piece
            if choice.get("finish_reason"):
                return
        raise self._failed("broken_off", "broke off")

    def _whole(self, response: httpx2.Response) -> str:
        message = self._choice(json.loads(response.read())).get("message")
        text = message.get("content") if isinstance(message, Mapping) else None
        if not isinstance(text, str):
            raise self._failed("not_an_answer", "answered with something else than a chat completion")
        return text

    def _choice(self, body: Any) -> Mapping[str, Any]:
        """Return the first choice of a completion, empty for an event without one, such as the usage."""
        if not isinstance(body, Mapping) or body.get("error"):
            raise self._failed("endpoint_failed", "reported an error")
        choices = body.get("choices")
        first = choices[0] if isinstance(choices, list) and choices else {}
        if not isinstance(first, Mapping):
            raise self._failed("not_an_answer", "answered with something else than a chat completion")
        return first
