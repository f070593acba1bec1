"""What stands in the main window's frame, and what it calls: loaded together, once the frame is on the screen."""

from __future__ import annotations

from imagedesk.ui.action_states import OPENING
from imagedesk.ui.banner import Banner
from imagedesk.ui.chosen_images import ChosenImages
from imagedesk.ui.drop_target import DropTarget
from imagedesk.ui.file_intake import FileIntake, intake_words
from imagedesk.ui.library_menu import LibraryMenu
from imagedesk.ui.library_page import LibraryPage
from imagedesk.ui.status_line import StatusLine
from imagedesk.ui.top_bar import TopBar
from imagedesk.ui.transfer_panel import TransferPanel
from imagedesk.ui.upload_start import UploadStart
from imagedesk.ui.viewer import Viewer
from imagedesk.ui.viewer_binding import ViewerBinding
from imagedesk.ui.window_shortcuts import add_shortcuts

__all__ = [
    "OPENING",
    "Banner",
    "ChosenImages",
    "DropTarget",
    "FileIntake",
    "LibraryMenu",
    "LibraryPage",
    "StatusLine",
    "TopBar",
    "TransferPanel",
    "UploadStart",
    "Viewer",
    "ViewerBinding",
    "add_shortcuts",
    "intake_words",
]
