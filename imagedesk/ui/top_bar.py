"""The bar at the top: the actions, the search field, order and size of the tiles, and the library's menu."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QSizePolicy, QSlider, QToolButton, QWidget

from imagedesk.core.plain_text import plain
from imagedesk.core.query import LibraryQuery, Order
from imagedesk.ui.icons import icon, icon_pixmap
from imagedesk.ui.menu_keys import show_key
from imagedesk.ui.plain_labels import as_tip
from imagedesk.ui.theme import ThemeSource
from imagedesk.ui.tile_layout import MAX_TILE, MIN_TILE
from imagedesk.ui.tool_buttons import show_words, tool_button

ORDER_LABELS = {Order.NEWEST: "Newest", Order.OLDEST: "Oldest", Order.NAME: "Name", Order.SIZE: "Size"}
_BUTTONS = (
    ("upload", "Upload", "upload", "primary"),
    ("download", "Download", "download", ""),
    ("share", "Share link", "link", ""),
    ("delete", "Delete", "trash", "danger"),
)
_TIPS = {
    "upload": "Upload images (Ctrl+O)",
    "download": "Download the chosen images (Ctrl+S)",
    "share": "Copy a share link (Ctrl+L)",
    "delete": "Delete the chosen images (Delete)",
}
SEARCH_PAUSE_MS = 150
NARROW = 980  # logical pixels below which the buttons lose their words
VERY_NARROW = 720


class TopBar(QWidget):
    """Signals as they are named; ``text_changed`` once the typing pauses, ``results_requested`` by Enter in the field:
    to go on among what was found."""

    upload_requested = Signal()
    upload_folder_requested = Signal()
    upload_details_requested = Signal()
    download_requested = Signal()
    download_archive_requested = Signal()
    share_requested = Signal()
    delete_requested = Signal()
    text_changed = Signal(str)
    results_requested = Signal()
    order_changed = Signal(object)
    tile_size_changed = Signal(int)

    def __init__(self, theme: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._is_cloud = False
        self._library_title = ""
        self.buttons = {name: tool_button(self, text, _TIPS[name], kind) for name, text, _, kind in _BUTTONS}
        self.search = QLineEdit(self)
        self._order = QToolButton(self)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self._sizes = QWidget(self)
        self._small, self._large = QLabel(), QLabel()
        self.library = tool_button(self, "Library", "Choose a library")
        self._pause = QTimer(self, singleShot=True, interval=SEARCH_PAUSE_MS)
        self._make_search()
        self._make_order()
        self._make_slider()
        self._make_menus()
        self._lay_out()
        self._wire()
        self._on_theme_changed()

    def set_library_menu(self, menu: QMenu) -> None:
        self.library.setMenu(menu)

    def set_library(self, title: str, *, is_cloud: bool) -> None:
        self._library_title, self._is_cloud = title, is_cloud
        self._on_theme_changed()
        self._fit()

    def set_action_state(self, name: str, enabled: bool, reason: str) -> None:
        """``name`` is upload, download, share or delete; a disabled one says why in its tool tip."""
        button = self.buttons[name]
        button.setEnabled(enabled)
        button.setToolTip(_TIPS[name] if enabled else as_tip(reason))
        button.setAccessibleDescription("" if enabled else reason)
        self._tint(name)

    def set_tile_size(self, size: int) -> None:
        blocked = self.slider.blockSignals(True)
        self.slider.setValue(size)
        self.slider.blockSignals(blocked)

    def set_query(self, query: LibraryQuery) -> None:
        """Follow the query when something else changed it."""
        self._order.setText(f"{ORDER_LABELS[query.order]} ▾")
        for action in self._order.menu().actions():
            action.setChecked(action.data() == query.order)
        if query.text != self.search.text().strip():
            blocked = self.search.blockSignals(True)
            self.search.setText(query.text)
            self.search.blockSignals(blocked)

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    # -- making -----------------------------------------------------------------------------------------------------

    def _make_menus(self) -> None:
        """What a button can do besides is behind the arrow at its side, and under the arrow key down."""
        upload, download = (self._menu_of(name) for name in ("upload", "download"))
        for menu, label, key, signal in (
            (upload, "Choose files…", QKeySequence.StandardKey.Open, self.upload_requested),
            (upload, "Choose a folder…", "Ctrl+Shift+O", self.upload_folder_requested),
            (download, "Download to a folder…", QKeySequence.StandardKey.Save, self.download_requested),
            (download, "Download as ZIP…", "Ctrl+Shift+S", self.download_archive_requested),
        ):
            show_key(menu.addAction(label), key).triggered.connect(signal)
        upload.addSeparator()
        upload.addAction("Upload with details…").triggered.connect(self.upload_details_requested)

    def _menu_of(self, name: str) -> QMenu:
        menu = QMenu(self)
        self.buttons[name].setMenu(menu)
        self.buttons[name].setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        return menu

    def _make_search(self) -> None:
        self.search.setPlaceholderText("Search names, people, metadata…")
        self.search.setAccessibleName("Search")
        self.search.setClearButtonEnabled(True)
        clear = self.search.findChild(QAction, "_q_qlineeditclearaction")  # Qt leaves its button without a name
        if isinstance(clear, QAction):
            clear.setText("Clear the search")
        self.search.setMaxLength(200)
        self.search.setMinimumWidth(120)
        self.search.setMaximumWidth(300)
        self.search.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._search_icon = QAction("Search", self.search)
        self.search.addAction(self._search_icon, QLineEdit.ActionPosition.LeadingPosition)

    def _make_order(self) -> None:
        menu, group = QMenu(self), QActionGroup(self)
        for order, label in ORDER_LABELS.items():
            action = menu.addAction(label)
            action.setCheckable(True)
            action.setData(order)
            action.setChecked(order == Order.NEWEST)
            group.addAction(action)
        group.triggered.connect(self._on_order_triggered)
        self._order.setMenu(menu)
        self._order.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._order.setText(f"{ORDER_LABELS[Order.NEWEST]} ▾")
        self._order.setAccessibleName("Order")
        self._order.setToolTip("Order of the images")
        self._order.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _make_slider(self) -> None:
        self.slider.setRange(MIN_TILE, MAX_TILE)
        self.slider.setPageStep(32)
        self.slider.setFixedWidth(84)
        self.slider.setAccessibleName("Size of the tiles")
        self.slider.setToolTip("Size of the tiles (Ctrl+wheel)")
        row = QHBoxLayout(self._sizes)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(6)
        for widget in (self._small, self.slider, self._large):
            row.addWidget(widget)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 9, 14, 9)
        row.setSpacing(8)
        for button in self.buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.search, 3)
        for widget in (self._order, self._sizes, self.library):
            row.addWidget(widget)
        self.library.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _wire(self) -> None:
        self.buttons["upload"].clicked.connect(self.upload_requested)
        self.buttons["download"].clicked.connect(self.download_requested)
        self.buttons["share"].clicked.connect(self.share_requested)
        self.buttons["delete"].clicked.connect(self.delete_requested)
        self.search.textChanged.connect(self._on_typed)
        self.search.returnPressed.connect(self._on_return_pressed)
        self._pause.timeout.connect(self._tell_text)
        self.slider.valueChanged.connect(self.tile_size_changed)
        self._theme.theme_changed.connect(self._on_theme_changed)

    def _on_return_pressed(self) -> None:
        self._tell_text()
        self.results_requested.emit()

    def _on_typed(self) -> None:
        self._pause.start()

    def _tell_text(self) -> None:
        self._pause.stop()
        self.text_changed.emit(self.search.text())

    def _on_order_triggered(self, action: QAction) -> None:
        self.order_changed.emit(Order(action.data()))

    def _on_theme_changed(self) -> None:
        theme = self._theme.theme
        for name, _, picture, kind in _BUTTONS:
            self.buttons[name].setIcon(icon(picture, self._color(kind), theme.muted))
            self._tint(name)
        for label, picture in ((self._small, "tile-small"), (self._large, "tile-large")):
            label.setPixmap(icon_pixmap(picture, theme.muted, 14, self.devicePixelRatioF()))
        self._search_icon.setIcon(icon("search", theme.muted))
        self.library.setIcon(icon("cloud" if self._is_cloud else "computer", theme.text))

    def _tint(self, name: str) -> None:
        button = self.buttons[name]
        button.set_arrow_color(self._color(button.property("kind")) if button.isEnabled() else self._theme.theme.muted)

    def _color(self, kind: str | None) -> str:
        """Of what is drawn on a button of this kind."""
        theme = self._theme.theme
        return {"primary": theme.on_accent, "danger": theme.danger}.get(kind or "", theme.text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In a narrow window the icons stand alone; their names are in the tool tips and for screen readers."""
        narrow, very_narrow = self.width() < NARROW, self.width() < VERY_NARROW
        for name, button in self.buttons.items():
            show_words(button, shown=not narrow or (name == "upload" and not very_narrow))
        self._sizes.setVisible(not very_narrow)
        title = plain(self._library_title, 8 if very_narrow else 14 if narrow else 28).replace("&", "&&")
        self.library.setText(f"{title} ▾" if title else "▾")
