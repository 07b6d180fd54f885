"""Spread searches over the processors by threads of Python; FAISS lets go of the interpreter while it searches.

Its own threads wait for each other by spinning: on a busy machine that costs far more than they gain.
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import faiss

_Part = TypeVar("_Part")
_Result = TypeVar("_Result")


def map_in_threads(search: Callable[[_Part], _Result], parts: Iterable[_Part]) -> list[_Result]:
    """Give what ``search`` gives for each part, in their order, however many threads there are."""
    with ThreadPoolExecutor(os.cpu_count() or 1, initializer=faiss.omp_set_num_threads, initargs=(1,)) as pool:
        return list(pool.map(search, parts))
