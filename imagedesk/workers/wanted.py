"""What loaders have to do: a list of wanted keys in order of priority, which each new request replaces.

What is no longer wanted is discarded, or cancelled where it is being worked on; what is wanted twice is done once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from imagedesk.core.cancellation import CancelToken

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Job(Generic[K, V]):
    """One wanted thing in the hands of a worker thread."""

    key: K
    value: V
    cancel: CancelToken


class WantedJobs(Generic[K, V]):
    """Thread-safe. Values say how to do the job; keys say what is the same job."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._wanted: dict[K, V] = {}
        self._running: dict[K, Job[K, V]] = {}
        self._closed = False

    def replace(self, wanted: Iterable[tuple[K, V]]) -> None:
        """From now on this is wanted, the first first, and nothing else."""
        with self._condition:
            asked: dict[K, V] = {}
            for key, value in wanted:
                asked.setdefault(key, value)
            for key, job in self._running.items():
                if key not in asked:
                    job.cancel.cancel()
            self._wanted = {key: value for key, value in asked.items() if not self._is_under_way(key)}
            self._condition.notify_all()

    def take(self) -> Job[K, V] | None:
        """The most wanted job; waits for one. None once closed."""
        with self._condition:
            while not self._closed:
                for key in self._wanted:
                    if key not in self._running:  # a cancelled run of it may still be ending
                        job = Job(key, self._wanted.pop(key), CancelToken())
                        self._running[key] = job
                        return job
                self._condition.wait()
            return None

    def finish(self, job: Job[K, V]) -> bool:
        """The worker thread is done with it. True if the outcome is still wanted."""
        with self._condition:
            self._running.pop(job.key, None)
            self._condition.notify_all()
            return not job.cancel.is_cancelled and not self._closed

    def close(self) -> None:
        """Want nothing any more; cancel what is being worked on."""
        with self._condition:
            self._closed = True
            self._wanted = {}
            for job in self._running.values():
                job.cancel.cancel()
            self._condition.notify_all()

    def _is_under_way(self, key: K) -> bool:
        job = self._running.get(key)
        return job is not None and not job.cancel.is_cancelled
