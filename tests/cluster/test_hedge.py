"""Calls to shards: a slow or failed one is made again, and the first answer counts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing

import pytest

from qa.cluster.serving.hedge import FIRST_DELAY, LEAST_DELAY, Delay, Hedger
from qa.errors import ArticleNotFound, ClusterUnavailable


def replies(*attempts: Callable[[], str]) -> Callable[[float], str]:
    """Return a call whose attempts go to these functions in turn."""
    left, taking = list(attempts), threading.Lock()

    def call(seconds: float) -> str:
        with taking:
            attempt = left.pop(0) if len(left) > 1 else left[0]
        return attempt()

    return call


def fail() -> str:
    raise ConnectionError("10.0.0.7 is gone")


def stall() -> str:
    time.sleep(2.5)
    return "late"


def test_all_calls_are_answered_by_their_number() -> None:
    with closing(Hedger()) as hedger:
        assert hedger.ask({3: lambda _: "three", 1: lambda _: "one"}) == {3: "three", 1: "one"}
        assert hedger.ask({}) == {}


def test_a_call_that_fails_is_made_again() -> None:
    with closing(Hedger()) as hedger:
        assert hedger.ask({0: replies(fail, fail, lambda: "there")}) == {0: "there"}


def test_a_slow_call_is_made_a_second_time() -> None:
    with closing(Hedger()) as hedger:
        for _ in range(40):
            hedger.delay.add(0.01)
        begun = time.monotonic()
        assert hedger.ask({0: replies(stall, lambda: "quick")}) == {0: "quick"}
        assert time.monotonic() - begun < 2


def test_a_call_without_an_answer_in_time_is_unavailable_and_names_no_host() -> None:
    with closing(Hedger(deadline=0.5)) as hedger, pytest.raises(ClusterUnavailable) as caught:
        hedger.ask({0: lambda _: "there", 1: replies(fail)})
    assert str(caught.value) == "A part of the index has no copy that answers. Try again in a moment."


def test_what_a_shard_refuses_is_not_asked_again() -> None:
    asked = []

    def call(seconds: float) -> str:
        asked.append(seconds)
        raise ArticleNotFound("No article 'x' in the index.")

    with closing(Hedger()) as hedger, pytest.raises(ArticleNotFound, match="'x'"):
        hedger.ask({0: call})
    assert len(asked) == 1


def test_the_delay_is_that_of_the_slowest_calls_once_enough_were_measured() -> None:
    delay = Delay()
    assert delay.seconds == FIRST_DELAY
    for milliseconds in range(1, 101):
        delay.add(milliseconds / 1000)
    assert delay.seconds == pytest.approx(0.095)
    for _ in range(200):
        delay.add(0.001)
    assert delay.seconds == LEAST_DELAY


def test_nothing_is_under_way_once_it_is_closed() -> None:
    ended = []

    def call(seconds: float) -> str:
        time.sleep(0.8)
        ended.append(seconds)
        return "late"

    hedger = Hedger(deadline=0.2)
    with pytest.raises(ClusterUnavailable):
        hedger.ask({0: call})
    hedger.close()
    assert len(ended) == 1
