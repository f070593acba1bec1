from __future__ import annotations

from PySide6.QtGui import QImage

from imagedesk.workers.picture_cache import LoadedPicture, PictureCache

BYTES = 10 * 10 * 4


def picture(width: int = 10) -> LoadedPicture:
    return LoadedPicture(QImage(width, 10, QImage.Format.Format_RGB32), 100, 100)


def test_the_least_recently_used_go_first() -> None:
    cache = PictureCache(3 * BYTES)
    kept = {name: picture() for name in "abc"}
    for name, one in kept.items():
        cache.put((name, None), one)
    assert cache.get(("a", None)) is kept["a"]
    cache.put(("d", None), picture())
    assert [name for name in "abcd" if cache.get((name, None)) is not None] == ["a", "c", "d"]


def test_sizes_of_one_picture_are_kept_apart() -> None:
    cache = PictureCache(10 * BYTES)
    small, full = picture(5), picture()
    cache.put(("a", 5), small)
    cache.put(("a", None), full)
    assert (cache.get(("a", 5)), cache.get(("a", None)), cache.get(("a", 7))) == (small, full, None)


def test_one_that_would_fill_the_cache_alone_is_not_kept_and_displaces_nothing() -> None:
    cache = PictureCache(3 * BYTES)
    cache.put(("a", None), picture())
    cache.put(("b", None), picture(31))
    assert cache.get(("a", None)) is not None
    assert cache.get(("b", None)) is None


def test_putting_the_same_again_counts_it_once() -> None:
    cache = PictureCache(3 * BYTES)
    cache.put(("b", None), picture())
    for _ in range(20):
        cache.put(("a", None), picture())
    assert cache.get(("b", None)) is not None
    cache.put(("c", None), picture())
    assert cache.get(("b", None)) is not None
