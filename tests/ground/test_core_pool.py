"""Whose turn it is on the cores of the machine."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from qa.core_pool import Turns, cores


def test_there_is_a_core() -> None:
    assert cores() >= 1


def test_who_has_a_turn_gives_work_to_a_free_core_and_goes_on_meanwhile() -> None:
    turns, met = Turns(2), threading.Barrier(2)
    with turns:
        helper = turns.beside(lambda: (met.wait(5), threading.current_thread())[1])
        assert helper is not None
        met.wait(5)
        assert helper() is not threading.current_thread()


def test_no_work_is_begun_while_all_cores_are_busy() -> None:
    turns = Turns(2)
    with turns, turns:
        assert turns.beside(threading.current_thread) is None
    with turns:
        assert turns.beside(threading.current_thread) is not None


def test_work_that_fails_fails_where_it_is_waited_for_and_frees_its_core() -> None:
    turns = Turns(2)
    for _ in range(3):
        with turns:
            helper = turns.beside(lambda: int("none"))
            assert helper is not None
            with pytest.raises(ValueError, match="none"):
                helper()
        _wait_until_free(turns)


def test_no_more_work_runs_at_once_than_there_are_cores() -> None:
    turns, lock = Turns(3), threading.Lock()
    running = most = 0

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        threading.Event().wait(0.002)
        with lock:
            running -= 1

    def in_turn() -> None:
        with turns:
            helper = turns.beside(work)
            work()
            if helper:
                helper()

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(in_turn) for _ in range(40)]:
            done.result()
    assert 2 <= most <= 3


def _wait_until_free(turns: Turns) -> None:
    """Wait until both cores are free; the one of a helper is a moment after its result."""
    with turns, turns:
        pass
