"""The viewer: one picture large, its neighbours below, its details at the right, everything by keyboard."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from imagedesk.core.image_record import ImageRecord
from imagedesk.core.pictures import PictureFacts
from imagedesk.models.text_format import count_text
from imagedesk.ui.action_states import ActionState
from imagedesk.ui.details_pane import DetailsPane
from imagedesk.ui.filmstrip import Filmstrip
from imagedesk.ui.icons import icon
from imagedesk.ui.picture_stage import PictureStage
from imagedesk.ui.picture_view import STEP
from imagedesk.ui.plain_labels import ElidedLabel, as_tip, plain_label
from imagedesk.ui.theme import ThemeSource
from imagedesk.ui.tool_buttons import show_words, tool_button
from imagedesk.workers.image_operations import LoadedAnimation

NARROW = 900  # logical pixels below which the buttons lose their words and the details their place
_BUTTONS = (
    ("back", "Library", "arrow-left", "Back to the library (Esc)", ""),
    ("minus", "", "minus", "Smaller (Ctrl+minus)", ""),
    ("zoom", "100%", "", "Actual size (1)", ""),
    ("plus", "", "plus", "Larger (Ctrl+plus)", ""),
    ("fit", "Fit", "fit", "Fit the window (0)", ""),
    ("details", "Details", "info", "Details (I)", ""),
    ("download", "Download", "download", "Download this image (Ctrl+S)", ""),
    ("share", "Share link", "link", "Copy a share link (Ctrl+L)", ""),
    ("delete", "Delete", "trash", "Delete this image (Delete)", "danger"),
)
_TIPS = {name: tip for name, _, _, tip, _ in _BUTTONS}


class Viewer(QWidget):
    """Signals: ``closed``; ``row_requested(int)``; ``picture_requested(int row, int max_side)``, device pixels, of
    the stage's page; the rest as they are named."""

    closed = Signal()
    row_requested = Signal(int)
    picture_requested = Signal(int, int)
    download_requested = Signal()
    share_requested = Signal()
    delete_requested = Signal()

    def __init__(self, theme: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._record: ImageRecord | None = None
        self._row, self._total, self._wants_details = 0, 0, True
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Viewer")
        self.buttons = {name: tool_button(self, text, tip, kind) for name, text, _, tip, kind in _BUTTONS}
        self._name = ElidedLabel("", "title", Qt.TextElideMode.ElideMiddle)
        self._place = plain_label("", "muted")
        self.stage = PictureStage(theme, self)
        self.picture = self.stage.picture
        self.details = DetailsPane(theme, self)
        self.filmstrip = Filmstrip(theme, self)
        self._previous, self._next = self._side_button("Previous (←)"), self._side_button("Next (→)")
        self._lay_out()
        self._wire()
        self._on_theme_changed()

    # -- what it shows ----------------------------------------------------------------------------------------------

    def show_image(self, record: ImageRecord, row: int, total: int, me: str, preview: QPixmap | None) -> None:
        """Another image, or the same one at another place in the list; then zoom and pixels stay."""
        is_new = self._record is None or record.image_id != self._record.image_id
        self._record, self._row, self._total = record, row, total
        self._name.set_text(record.filename)
        self._place.setText(f"{count_text(row + 1)} of {count_text(total)}")
        _enable(self._previous, row > 0, "This is the first image")
        _enable(self._next, row + 1 < total, "This is the last image")
        self.filmstrip.show_row(row, total)
        self.details.show_image(record, me, preview)
        if is_new:
            size = QSize(record.width, record.height) if record.width and record.height else QSize()
            self.stage.begin(size, preview)

    def set_action_state(self, name: str, state: ActionState) -> None:
        """``name`` is download, share or delete; a disabled one says why in its tool tip."""
        button = self.buttons[name]
        button.setEnabled(state.enabled)
        button.setToolTip(_TIPS[name] if state.enabled else as_tip(state.reason))
        button.setAccessibleDescription(state.reason)

    def set_picture(self, image_id: str, image: QImage, full_width: int, full_height: int) -> None:
        if self._record is not None and image_id == self._record.image_id:
            self.stage.set_image(image, QSize(full_width, full_height))

    def set_failed(self, image_id: str, sentence: str) -> None:
        if self._record is not None and image_id == self._record.image_id:
            self.picture.set_failed(sentence)

    def set_progress(self, image_id: str, done: int, total: int) -> None:
        if self._record is not None and image_id == self._record.image_id:
            self.picture.set_progress(done, total)

    def set_facts(self, image_id: str, facts: PictureFacts) -> None:
        self.details.set_facts(image_id, facts)
        if self._record is not None and image_id == self._record.image_id:
            self.stage.set_facts(facts)

    def set_animation(self, image_id: str, animation: LoadedAnimation) -> None:
        if self._record is not None and image_id == self._record.image_id:
            self.stage.set_animation(animation)

    def forget(self) -> None:
        """Nothing is shown any more."""
        self._record = None
        self.stage.clear()

    # -- layout -----------------------------------------------------------------------------------------------------

    def _side_button(self, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("kind", "flat")
        button.setIconSize(QSize(22, 22))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button

    def _lay_out(self) -> None:
        bar = QWidget(self)
        bar.setObjectName("bar")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        top = QHBoxLayout(bar)
        top.setContentsMargins(14, 9, 14, 9)
        top.setSpacing(8)
        top.addWidget(self.buttons["back"])
        top.addSpacing(6)
        self._name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        top.addWidget(self._name)
        top.addWidget(self._place)
        top.addStretch(1)
        for name in [name for name, *_ in _BUTTONS][1:]:
            top.addWidget(self.buttons[name])
        self._ground = QWidget(self)
        self._ground.setAutoFillBackground(True)
        ground = QHBoxLayout(self._ground)
        ground.setContentsMargins(4, 0, 4, 0)
        ground.setSpacing(4)
        for widget, stretch in ((self._previous, 0), (self.stage, 1), (self._next, 0)):
            ground.addWidget(widget, stretch)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._ground, 1)
        middle.addWidget(self.details)
        self.details.setFixedWidth(280)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addLayout(middle, 1)
        column.addWidget(self.filmstrip)

    def _wire(self) -> None:
        buttons = self.buttons
        buttons["back"].clicked.connect(self.closed)
        buttons["minus"].clicked.connect(self._on_smaller)
        buttons["plus"].clicked.connect(self._on_larger)
        buttons["zoom"].clicked.connect(self.picture.show_actual_size)
        buttons["fit"].clicked.connect(self.picture.fit)
        buttons["details"].clicked.connect(self._on_details_clicked)
        buttons["download"].clicked.connect(self.download_requested)
        buttons["share"].clicked.connect(self.share_requested)
        buttons["delete"].clicked.connect(self.delete_requested)
        self._previous.clicked.connect(self._on_previous)
        self._next.clicked.connect(self._on_next)
        self.filmstrip.row_requested.connect(self.row_requested)
        self.picture.zoom_changed.connect(self._on_zoom_changed)
        self.stage.pixels_wanted.connect(self._on_pixels_wanted)
        self._theme.theme_changed.connect(self._on_theme_changed)

    # -- what happens -----------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        moves = {
            keys.Key_Left: self._row - 1,
            keys.Key_PageUp: self._row - 1,
            keys.Key_Right: self._row + 1,
            keys.Key_PageDown: self._row + 1,
            keys.Key_Home: 0,
            keys.Key_End: self._total - 1,
        }
        acts = {
            keys.Key_Escape: self.closed.emit,
            keys.Key_Space: self.closed.emit,
            keys.Key_Return: self.closed.emit,
            keys.Key_Plus: self._on_larger,
            keys.Key_Equal: self._on_larger,
            keys.Key_Minus: self._on_smaller,
            keys.Key_0: self.picture.fit,
            keys.Key_1: self.picture.show_actual_size,
            keys.Key_I: self._on_details_clicked,
            keys.Key_P: self.stage.player.toggle,
            keys.Key_Up: self.stage.bar.turn_back,
            keys.Key_Down: self.stage.bar.turn_over,
            keys.Key_Delete: self.buttons["delete"].click,
        }
        key = Qt.Key(event.key())
        if key in moves:
            self._request(moves[key])
        elif key in acts:
            acts[key]()
        else:
            super().keyPressEvent(event)

    def _request(self, row: int) -> None:
        if 0 <= row < self._total and row != self._row:
            self.row_requested.emit(row)

    def _on_previous(self) -> None:
        self._request(self._row - 1)

    def _on_next(self) -> None:
        self._request(self._row + 1)

    def _on_smaller(self) -> None:
        self.picture.zoom_by(1 / STEP)

    def _on_larger(self) -> None:
        self.picture.zoom_by(STEP)

    def _on_details_clicked(self) -> None:
        self._wants_details = not self._wants_details
        self._fit_details()

    def _on_zoom_changed(self, zoom: float, _fitted: bool) -> None:
        percent = f"{round(zoom * 100)}%"
        self.buttons["zoom"].setText(percent)
        self.buttons["zoom"].setAccessibleName(f"Actual size, now {percent}")

    def _on_pixels_wanted(self, side: int) -> None:
        self.picture_requested.emit(self._row, side)

    def _fit_details(self) -> None:
        self.details.setVisible(self._wants_details and self.width() >= NARROW)

    def resizeEvent(self, event: object) -> None:
        wide = self.width() >= NARROW + 180
        for name in ("fit", "details", "download", "share", "delete"):
            show_words(self.buttons[name], shown=wide)
        self._fit_details()

    def _on_theme_changed(self) -> None:
        theme = self._theme.theme
        for name, _, picture, _, kind in _BUTTONS:
            if picture:
                self.buttons[name].setIcon(icon(picture, theme.danger if kind else theme.text, theme.muted))
        for button, picture in ((self._previous, "chevron-left"), (self._next, "chevron-right")):
            button.setIcon(icon(picture, "#c8ccd2", "#44494f"))
        palette = self._ground.palette()
        palette.setColor(self._ground.backgroundRole(), theme.color("stage"))
        self._ground.setPalette(palette)


def _enable(button: QToolButton, enabled: bool, reason: str) -> None:
    """A disabled one says why in its tool tip; its name says what it does."""
    button.setEnabled(enabled)
    button.setToolTip(button.accessibleName() if enabled else reason)
