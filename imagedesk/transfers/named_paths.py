"""What was dropped, as names that become paths only where they are used: ten thousand paths take the window 20 ms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload


@dataclass(frozen=True, slots=True)
class NamedPaths(Sequence[Path]):
    """Files and folders by their names on this computer. Immutable; a path is made each time that it is asked for."""

    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, paths: Iterable[Path]) -> NamedPaths:
        """The same paths; those that are named already as they are."""
        return paths if isinstance(paths, NamedPaths) else cls(tuple(map(str, paths)))

    def __len__(self) -> int:
        return len(self.names)

    @overload
    def __getitem__(self, index: int) -> Path: ...

    @overload
    def __getitem__(self, index: slice) -> NamedPaths: ...

    def __getitem__(self, index: int | slice) -> Path | NamedPaths:
        if isinstance(index, slice):
            return NamedPaths(self.names[index])
        return Path(self.names[index])

    def and_more(self, more: Iterable[Path]) -> NamedPaths:
        """These, then ``more``."""
        return NamedPaths(self.names + NamedPaths.of(more).names)
