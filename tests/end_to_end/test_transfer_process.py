"""The process that transfers, beside the real window: what happens to it happens to no picture."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

from imagedesk.core.profiles import AwsProfile, EmbeddedProfile
from imagedesk.transfers.transfer import TransferState
from tests.contract.aws_servers import AwsProfileFactory
from tests.end_to_end.conftest import OpenDesktop

Pictures = Callable[..., list[Path]]


def transfer_processes() -> list[BaseProcess]:
    return [child for child in multiprocessing.active_children() if child.name == "imagedesk-transfers"]


def test_it_starts_with_the_first_transfer_and_ends_with_the_window(
    open_desktop: OpenDesktop, aws_profile: AwsProfileFactory, pictures: Pictures
) -> None:
    desktop = open_desktop(aws_profile())
    assert transfer_processes() == []
    desktop.drop(pictures(2))
    desktop.wait_for_rows(2)
    assert len(transfer_processes()) == 1
    desktop.wait_until_idle()
    desktop.window.close()
    desktop.wait(lambda: desktop.app.is_closed)
    assert transfer_processes() == []


def test_a_folder_needs_none(open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Pictures) -> None:
    desktop = open_desktop(folder_library)
    desktop.drop(pictures(2))
    desktop.wait_for_rows(2)
    assert transfer_processes() == []


def test_one_that_is_killed_takes_no_picture_along(
    open_desktop: OpenDesktop, aws_profile: AwsProfileFactory, pictures: Pictures
) -> None:
    profile: AwsProfile = aws_profile()
    desktop = open_desktop(profile)
    desktop.drop(pictures(12))
    desktop.wait(lambda: desktop.context.transfers.summary().done >= 2)
    (before,) = transfer_processes()
    before.kill()
    desktop.wait_for_rows(12)
    shown = desktop.context.transfer_model.transfers
    desktop.wait(lambda: {transfer.state for transfer in shown()} == {TransferState.DONE})
    assert transfer_processes() != [before]
