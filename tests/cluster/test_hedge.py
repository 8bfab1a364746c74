"""Calls to shards: a slow or failed one is made again, and the first answer counts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing

import pytest

from qa.cluster.serving.hedge import FIRST_DELAY, LEAST_DELAY, Attempt, Delay, Hedger
from qa.errors import ArticleNotFound, ClusterUnavailable, IndexCorrupt, StorageFailed


def replies(*attempts: Callable[[], str]) -> Callable[[Attempt], str]:
    """Return a call whose attempts go to these functions in turn."""
    left, taking = list(attempts), threading.Lock()

    def call(attempt: Attempt) -> str:
        with taking:
            reply = left.pop(0) if len(left) > 1 else left[0]
        return reply()

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


def test_two_attempts_that_stall_do_not_keep_a_third_from_being_made() -> None:
    over: list[bool] = []

    def wait_until_over(attempt: Attempt) -> str:
        over.append(attempt.over.wait(60))
        raise TimeoutError

    stalled = [wait_until_over, wait_until_over]

    def call(attempt: Attempt) -> str:
        return stalled.pop()(attempt) if stalled else "there"

    hedger = Hedger(deadline=50)
    for _ in range(40):
        hedger.delay.add(0.01)
    assert hedger.ask({0: call}) == {0: "there"}
    hedger.close()
    assert over == [True, True]


def test_a_call_without_an_answer_in_time_is_unavailable_and_names_no_host() -> None:
    with closing(Hedger(deadline=0.5)) as hedger, pytest.raises(ClusterUnavailable) as caught:
        hedger.ask({0: lambda _: "there", 1: replies(fail)})
    assert str(caught.value) == "A part of the index has no copy that answers. Try again in a moment."


@pytest.mark.parametrize("error", [StorageFailed("No space left."), IndexCorrupt("text.sqlite is damaged.")])
def test_what_fails_on_one_node_is_asked_of_another(error: Exception) -> None:
    def refuse() -> str:
        raise error

    with closing(Hedger()) as hedger:
        assert hedger.ask({0: replies(refuse, lambda: "there")}) == {0: "there"}


def test_what_a_shard_refuses_is_not_asked_again() -> None:
    asked = []

    def call(attempt: Attempt) -> str:
        asked.append(attempt)
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

    def call(attempt: Attempt) -> str:
        time.sleep(0.8)
        ended.append(attempt)
        return "late"

    hedger = Hedger(deadline=0.2)
    with pytest.raises(ClusterUnavailable):
        hedger.ask({0: call})
    hedger.close()
    assert len(ended) == 1
