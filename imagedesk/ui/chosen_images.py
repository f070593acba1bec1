"""What can be done with the images that are chosen: in the grid, or the one in the viewer.

Tool bar, keys, menu and viewer all come here; the records are fetched first where they are not at hand, then
``ImageActions`` or ``Downloads`` acts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from imagedesk.core.access import Operation
from imagedesk.core.image_record import ImageRecord
from imagedesk.kept_settings import KeptSettings
from imagedesk.ui.action_states import ActionState, delete_state, download_state, share_state, upload_state
from imagedesk.ui.downloads import Downloads
from imagedesk.ui.drag_out import DragOut
from imagedesk.ui.image_actions import ImageActions
from imagedesk.ui.library_context import LibraryContext
from imagedesk.ui.library_page import LibraryPage
from imagedesk.ui.menu_keys import show_key
from imagedesk.ui.plain_labels import as_tip

UseRecords = Callable[[Sequence[ImageRecord]], None]


class ChosenImages(QObject):
    """``viewed`` answers with the image in the viewer, or None while the grid is shown.

    Signals: ``failed(title, sentence)`` for the banner; ``told(sentence)`` for the status line.
    """

    failed = Signal(str, str)
    told = Signal(str)

    def __init__(
        self,
        page: LibraryPage,
        context: LibraryContext,
        settings: KeptSettings,
        viewed: Callable[[], ImageRecord | None],
        window: QWidget,
    ) -> None:
        super().__init__(page)
        self._page, self._context, self._viewed = page, context, viewed
        self._actions = ImageActions(window, context, self)
        self._downloads = Downloads(window, context, settings, self)
        self._actions.failed.connect(self.failed)
        self._actions.told.connect(self.told)
        self._drag = DragOut(context.dragged, context.thumbnails.best_pixmap, page.gallery, self)
        for part in (self._downloads, self._drag):
            part.failed.connect(self.failed)
        self._drag.told.connect(self.told)
        page.gallery.pulled.connect(self.drag_out)

    def download(self) -> None:
        self._act("download", self._downloads.to_folder)

    def download_archive(self) -> None:
        """Of the one in the viewer, too: its bar does not offer that, but the key does what it says everywhere."""
        self._act("download", self._downloads.to_archive)

    def drag_out(self) -> None:
        """Where the credentials do not permit downloads, the drag says so when it fails."""
        if not self._drag.refuses(self._page.chosen_count()):
            self._with_records(self._drag.begin)

    def share(self) -> None:
        self._act("share", self._share_first)

    def delete(self) -> None:
        self._act("delete", self._actions.delete)

    def states(self) -> dict[str, ActionState]:
        """By the action's name, for the grid."""
        chosen, known, against = (
            self._page.chosen_count(),
            self._page.known_chosen(),
            self._context.access.reason_against,
        )
        return {
            "upload": upload_state(against(Operation.UPLOAD)),
            "download": download_state(chosen, against(Operation.DOWNLOAD)),
            "share": share_state(chosen, against(Operation.SHARE)),
            "delete": delete_state(chosen, known, self._context.me, against(Operation.DELETE)),
        }

    def show_menu(self, position: QPoint, open_row: Callable[[int], None]) -> None:
        """The context menu of the grid, in global coordinates."""
        if not self._page.chosen_count():
            return
        menu = QMenu(self._page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        current = self._page.gallery.currentIndex().row()
        show_key(menu.addAction("Open"), "Return").triggered.connect(lambda: open_row(current))
        menu.addSeparator()
        states, keys = self.states(), QKeySequence.StandardKey
        for name, label, key, slot in (
            ("download", "Download to a folder…", keys.Save, self.download),
            ("download", "Download as ZIP…", "Ctrl+Shift+S", self.download_archive),
            ("share", "Share link", "Ctrl+L", self.share),
            ("delete", "Delete…", keys.Delete, self.delete),
        ):
            action = show_key(menu.addAction(label), key)
            action.triggered.connect(slot)
            action.setEnabled(states[name].enabled)
            action.setToolTip(as_tip(states[name].reason))
        menu.popup(position)

    def _act(self, name: str, use: UseRecords) -> None:
        """By a key, too, which nothing disables: in the grid it does no more than its button, and says why."""
        state = self.states()[name]
        if state.enabled or self._viewed() is not None:
            self._with_records(use)
        else:
            self.told.emit(state.reason)

    def _with_records(self, use: UseRecords) -> None:
        record = self._viewed()
        if record is not None:
            use([record])
        elif ranges := self._page.chosen_ranges():
            self._context.gallery.fetch_records(ranges, use)

    def _share_first(self, records: Sequence[ImageRecord]) -> None:
        if records:
            self._actions.share(records[0])
