"""The application's style sheet, filled in from the colour tokens. Widgets are told apart by object name and the
``kind`` property (primary, flat, danger, link)."""

from __future__ import annotations

from typing import Any

_TEMPLATE = """
QMainWindow, QDialog, QWidget#bar, QWidget#sidebar, QWidget#details, QWidget#transfers, QWidget#status {{
  background: {window}; }}
QWidget#bar {{ border-bottom: 1px solid {border}; }}
QWidget#transfers, QWidget#status, QWidget#filmstrip {{ border-top: 1px solid {border}; background: {window}; }}
QWidget#content, QWidget#content QStackedWidget {{ background: {content}; }}
QWidget#chips {{ background: {content}; border-bottom: 1px solid {border}; }}
QWidget#banner {{ background: {warning_ground}; border-bottom: 1px solid {border}; }}
QSplitter::handle {{ background: {border}; }}
QLabel[kind="muted"] {{ color: {muted}; }}
QLabel[kind="danger"] {{ color: {danger}; }}
QLabel[kind="heading"] {{ color: {muted}; font-weight: 600; }}
QLabel[kind="title"] {{ font-weight: 600; }}

QPushButton, QToolButton {{
  background: {control}; color: {text}; border: 1px solid {border}; border-radius: 6px;
  padding: 5px 12px; min-height: 20px; }}
QToolButton {{ padding: 5px 10px; }}
QToolButton[words="beside"] {{ padding: 5px 4px 5px 9px; }}
QPushButton:hover, QToolButton:hover {{ background: {control_hover}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {track}; }}
QPushButton:focus, QToolButton:focus {{ border: 1px solid {accent}; outline: none; }}
QPushButton:disabled, QToolButton:disabled {{ color: {muted}; background: {window}; }}
QToolButton[kind="primary"][words="beside"] {{ padding: 5px 6px 5px 11px; }}
QToolButton::menu-indicator {{ image: none; width: 0; }}
QToolButton[popupMode="1"][words="beside"] {{ padding-right: 14px; }}
QToolButton[popupMode="1"][words="none"] {{ padding-right: 17px; }}
QToolButton::menu-button {{ border: none; background: transparent; width: 20px; }}
QToolButton::menu-button:hover {{ background: {track}; border-top-right-radius: 5px; border-bottom-right-radius: 5px; }}
QToolButton[kind="primary"]::menu-button:hover {{ background: {accent_hover}; }}
QToolButton::menu-arrow {{ image: none; }}
QPushButton[kind="primary"], QToolButton[kind="primary"] {{
  background: {accent}; color: {on_accent}; border-color: {accent}; font-weight: 600; }}
QPushButton[kind="primary"]:hover, QToolButton[kind="primary"]:hover {{ background: {accent_hover}; }}
QPushButton[kind="primary"]:focus {{ border: 2px solid {text}; padding: 4px 11px; }}
QToolButton[kind="primary"]:focus {{ border: 1px solid {text}; }}
QPushButton[kind="primary"]:disabled, QToolButton[kind="primary"]:disabled {{
  background: {track}; color: {muted}; border-color: {track}; }}
QPushButton[kind="danger"], QToolButton[kind="danger"] {{ color: {danger}; }}
QPushButton[kind="danger"]:disabled, QToolButton[kind="danger"]:disabled {{ color: {muted}; }}
QPushButton[kind="link"], QToolButton[kind="link"], QPushButton[kind="flat"], QToolButton[kind="flat"] {{
  background: transparent; border: 1px solid transparent; padding: 2px 4px; min-height: 16px; }}
QPushButton[kind="link"], QToolButton[kind="link"] {{ color: {accent}; }}
QPushButton[kind="link"]:hover, QToolButton[kind="link"]:hover {{ text-decoration: underline; }}
QPushButton[kind="flat"]:hover, QToolButton[kind="flat"]:hover {{ background: {control_hover}; border-radius: 4px; }}
QPushButton[kind="link"]:focus, QToolButton[kind="link"]:focus,
QPushButton[kind="flat"]:focus, QToolButton[kind="flat"]:focus {{ border: 1px solid {accent}; border-radius: 4px; }}
QToolButton[kind="chip"] {{ background: {chip}; color: {accent}; border: 1px solid {chip}; border-radius: 11px;
  padding: 1px 9px; min-height: 18px; }}
QToolButton[kind="chip"]:hover, QToolButton[kind="chip"]:focus {{ border-color: {accent}; }}

QLineEdit {{ background: {control}; border: 1px solid {border}; border-radius: 6px; padding: 0 8px; min-height: 30px;
  selection-background-color: {accent}; selection-color: {on_accent}; }}
QLineEdit[kind="field"] {{ background: transparent; border: 1px solid transparent; border-radius: 4px;
  padding: 0 1px; min-height: 20px; }}
QLineEdit[kind="field"]:hover {{ border: 1px solid {border}; }}
QLineEdit[kind="field"]:focus {{ background: {control}; border: 1px solid {accent}; }}
QAbstractSpinBox {{ background: {control}; border: 1px solid {border}; border-radius: 6px; padding: 5px 8px;
  min-height: 20px; selection-background-color: {accent}; selection-color: {on_accent}; }}
QAbstractSpinBox:focus {{ border: 1px solid {accent}; }}
QAbstractSpinBox:disabled {{ color: {muted}; background: {window}; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 8px; border: none; }}
QAbstractSpinBox QLineEdit {{ background: transparent; border: none; padding: 0; min-height: 18px; color: {text}; }}
QLineEdit QToolButton {{ background: transparent; border: none; padding: 0; min-height: 0; }}
QLineEdit:focus {{ border: 1px solid {accent}; }}
QLineEdit:disabled {{ color: {muted}; background: {window}; }}

QPlainTextEdit, QComboBox {{ background: {control}; border: 1px solid {border}; border-radius: 6px; }}
QPlainTextEdit {{ padding: 6px; selection-background-color: {accent}; selection-color: {on_accent}; }}
QComboBox {{ padding: 5px 10px; min-height: 20px; }}
QComboBox[kind="form"]::drop-down {{ border: none; width: 22px; }}
QPlainTextEdit:focus, QComboBox:focus {{ border: 1px solid {accent}; }}

QRadioButton::indicator {{ width: 12px; height: 12px; border: 1px solid {muted}; border-radius: 7px;
  background: {control}; }}
QRadioButton::indicator:checked {{ width: 6px; height: 6px; border: 4px solid {accent}; background: {on_accent}; }}
QRadioButton:focus, QCheckBox:focus {{ color: {accent}; }}
QCheckBox {{ spacing: 8px; }}
QCheckBox::indicator {{ width: 13px; height: 13px; border: 1px solid {muted}; border-radius: 3px;
  background: {control}; }}
QCheckBox::indicator:checked {{ border: 1px solid {accent}; background: {accent}; }}
QCheckBox:disabled {{ color: {muted}; }}
QCheckBox::indicator:disabled {{ border: 1px solid {border}; background: {window}; }}

QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QToolTip {{ background: {control}; color: {text}; border: 1px solid {border}; padding: 4px; }}
QMenu {{ background: {control}; border: 1px solid {border}; padding: 4px; }}
QMenu::item {{ padding: 5px 24px 5px 24px; border-radius: 4px; }}
QMenu::item:selected {{ background: {selection}; color: {text}; }}
QMenu::item:disabled {{ color: {muted}; }}
QMenu::separator {{ height: 1px; background: {border}; margin: 4px 6px; }}

QScrollArea {{ background: transparent; border: none; }}
QScrollArea#details-pane {{ border: 1px solid transparent; }}
QScrollArea#details-pane:focus {{ border: 1px solid {accent}; }}
QScrollArea > QWidget > QWidget {{ background: transparent; }}
QScrollBar:vertical {{ background: transparent; width: 11px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 11px; margin: 0; }}
QScrollBar::handle {{ background: {track}; border-radius: 4px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::handle:hover {{ background: {muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}

QProgressBar {{ background: {track}; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 2px; }}
QSlider::groove:horizontal {{ background: {track}; height: 3px; border-radius: 1px; }}
QSlider::handle:horizontal {{ background: {muted}; width: 12px; height: 12px; margin: -5px 0; border-radius: 6px; }}
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus {{ background: {accent}; }}
QWidget#transfers QAbstractItemView {{ background: transparent; border: none; outline: none; }}
QListWidget {{ background: {control}; border: 1px solid {border}; border-radius: 6px; }}
"""


def style_sheet(theme: Any) -> str:
    """The sheet for a theme (an object with the tokens of ``theme.Theme``)."""
    names = (name for name in theme.__slots__ if name != "is_dark")
    return _TEMPLATE.format(**{name: getattr(theme, name) for name in names})
