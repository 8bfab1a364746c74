"""Whose turn it is on the cores of the machine."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from qa.core_pool import CorePool, core_count


def test_there_is_a_core() -> None:
    assert core_count() >= 1


def test_who_has_a_turn_gives_work_to_a_free_core_and_goes_on_meanwhile() -> None:
    cores, met = CorePool(2), threading.Barrier(2)
    with cores:
        helper = cores.submit_if_free(lambda: (met.wait(5), threading.current_thread())[1])
        assert helper is not None
        met.wait(5)
        assert helper() is not threading.current_thread()


def test_no_work_is_begun_while_all_cores_are_busy() -> None:
    cores = CorePool(2)
    with cores, cores:
        assert cores.submit_if_free(threading.current_thread) is None
    with cores:
        assert cores.submit_if_free(threading.current_thread) is not None


def test_work_that_fails_fails_where_it_is_waited_for_and_frees_its_core() -> None:
    cores = CorePool(2)
    for _ in range(3):
        with cores:
            helper = cores.submit_if_free(lambda: int("none"))
            assert helper is not None
            with pytest.raises(ValueError, match="none"):
                helper()
        _wait_until_free(cores)


def test_no_more_work_runs_at_once_than_there_are_cores() -> None:
    cores, lock = CorePool(3), threading.Lock()
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
        with cores:
            helper = cores.submit_if_free(work)
            work()
            if helper:
                helper()

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(in_turn) for _ in range(40)]:
            done.result()
    assert 2 <= most <= 3


def test_a_released_core_is_free_for_others_until_the_block_ends() -> None:
    cores = CorePool(1)
    with cores:
        with cores.released():
            helper = cores.submit_if_free(lambda: "done")
            assert helper is not None
            assert helper() == "done"
        assert cores.submit_if_free(lambda: "done") is None
    with pytest.raises(ZeroDivisionError), cores, cores.released():
        _ = 1 / 0
    with cores:
        assert cores.submit_if_free(lambda: "done") is None


def _wait_until_free(cores: CorePool) -> None:
    """Wait until both cores are free; the one of a helper is a moment after its result."""
    with cores, cores:
        pass
