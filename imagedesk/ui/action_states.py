"""Which actions the chosen images allow, and why not otherwise. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from imagedesk.core.image_record import ImageRecord
from imagedesk.core.plain_text import plain


@dataclass(frozen=True, slots=True)
class ActionState:
    """``reason`` tells in a sentence why the action is not offered; empty while it is."""

    enabled: bool
    reason: str = ""


OPENING = ActionState(False, "The library is being opened.")


def upload_state(refused: str | None = None) -> ActionState:
    """``refused``, here and below, says why the credentials do not permit it."""
    return ActionState(False, refused) if refused else ActionState(True)


def download_state(chosen: int, refused: str | None = None) -> ActionState:
    if refused:
        return ActionState(False, refused)
    return ActionState(True) if chosen else ActionState(False, "Choose one or more images to download.")


def share_state(chosen: int, refused: str | None = None) -> ActionState:
    if refused:
        return ActionState(False, refused)
    if chosen == 1:
        return ActionState(True)
    return ActionState(False, "Choose one image to share." if not chosen else "Share one image at a time.")


def delete_state(chosen: int, known: Sequence[ImageRecord], me: str, refused: str | None = None) -> ActionState:
    """``known`` are those of the chosen images whose records are at hand; the rest is looked up when it matters."""
    if refused:
        return ActionState(False, refused)
    if not chosen:
        return ActionState(False, "Choose one or more of your own images to delete.")
    if len(known) < chosen or any(record.user_id == me for record in known):
        return ActionState(True)
    owners = sorted({record.user_id for record in known})
    if len(owners) == 1:
        return ActionState(
            False, f"Only {plain(owners[0], 40)} can delete this: an image is deleted by its owner alone."
        )
    return ActionState(False, "None of these is yours: an image is deleted by its owner alone.")
