"""Which actions are offered, and the reason that a person reads otherwise."""

from __future__ import annotations

from imagedesk.core.image_record import ImageRecord
from imagedesk.ui.action_states import delete_state, download_state, share_state


def image(owner: str) -> ImageRecord:
    return ImageRecord(f"{owner}!1", owner, "a.png", f"images/{owner}/1/a.png", "image/png", 9, "2026-01-01T00:00:00Z")


def test_nothing_chosen_offers_nothing_and_says_what_to_do() -> None:
    for state in (download_state(0), share_state(0), delete_state(0, [], "me")):
        assert not state.enabled
        assert state.reason.startswith("Choose")


def test_one_shares_one_image_at_a_time() -> None:
    assert share_state(1).enabled
    assert share_state(2).reason == "Share one image at a time."


def test_only_the_owner_may_delete_and_others_read_who_that_is() -> None:
    assert delete_state(1, [image("me")], "me").enabled
    refused = delete_state(1, [image("alice")], "me")
    assert not refused.enabled
    assert "Only alice" in refused.reason


def test_a_mixed_choice_offers_delete_for_what_is_ones_own() -> None:
    assert delete_state(2, [image("alice"), image("me")], "me").enabled
    assert not delete_state(2, [image("alice"), image("bob")], "me").enabled


def test_a_choice_too_large_to_know_offers_delete_and_asks_later() -> None:
    assert delete_state(100_000, [image("alice")], "me").enabled
