"""One picture, zoomed and moved: what lies under the pointer stays there, and no edge shows that need not."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from imagedesk.ui.picture_view import MAX_ZOOM, PictureView
from imagedesk.ui.theme import LIGHT, ThemeSource
from tests.ui.widgets.conftest import Show
from tests.ui.widgets.hostile_text import MARKUP

VIEW = QSize(400, 300)
LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CORNERS = [(1, 1), (399, 1), (1, 299), (399, 299)]  # for QTest, (0, 0) is the middle


class DenseView(PictureView):
    """On a screen of another device pixel ratio than the tests' own."""

    ratio = 1.0

    def devicePixelRatioF(self) -> float:
        return self.ratio


@pytest.fixture(params=[1.0, 2.0], ids=["ratio-1", "ratio-2"])
def view(request: pytest.FixtureRequest, theme: ThemeSource, show: Show) -> DenseView:
    view = DenseView(theme)
    view.ratio = request.param
    show(view, VIEW.width(), VIEW.height())
    return view


def picture(width: int, height: int, color: str = "orange") -> QImage:
    """Of one colour, with a black frame of one pixel."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    painter.fillRect(1, 1, width - 2, height - 2, QColor(color))
    painter.end()
    return image


def show_picture(view: PictureView, width: int, height: int) -> None:
    view.begin(QSize(width, height), None)
    view.set_image(picture(width, height), QSize(width, height))


def point_under(view: PictureView, at: QPointF) -> QPointF:
    """The image pixel under a point of the view."""
    frame, scale = view._frame(), view.zoom / view.devicePixelRatioF()
    return QPointF((at.x() - frame.x()) / scale, (at.y() - frame.y()) / scale)


def turn_wheel(view: PictureView, at: QPointF, steps: float) -> None:
    event = QWheelEvent(
        at, QPointF(view.mapToGlobal(at.toPoint())), QPoint(), QPoint(0, round(120 * steps)), Qt.MouseButton.NoButton,
        NO_KEYS, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def drag(qtbot: QtBot, view: PictureView, start: QPoint, end: QPoint) -> None:
    qtbot.mousePress(view, LEFT, pos=start)
    qtbot.mouseMove(view, end)
    qtbot.mouseRelease(view, LEFT, pos=end)


def pixel(view: PictureView, x: int, y: int) -> str:
    return view.grab().toImage().pixelColor(x, y).name()


def test_a_large_picture_fits_and_a_small_one_is_not_enlarged(view: DenseView) -> None:
    show_picture(view, 4000, 1000)
    assert view.is_fitted
    assert view.zoom == pytest.approx(400 * view.ratio / 4000)
    assert view._frame() == QRectF(0, 100, 400, 100)
    show_picture(view, 40, 30)
    assert view.zoom == 1.0
    assert view._frame().size().toSize() == QSize(40, 30) / view.ratio


def test_a_picture_of_the_views_own_size_covers_it_to_the_last_pixel(view: DenseView) -> None:
    show_picture(view, round(400 * view.ratio), round(300 * view.ratio))
    assert view._frame() == QRectF(0, 0, 400, 300)
    assert pixel(view, 0, 0) != LIGHT.stage
    assert pixel(view, 399, 299) != LIGHT.stage


def test_a_hundred_per_cent_is_one_image_pixel_on_one_device_pixel(view: DenseView) -> None:
    show_picture(view, 4000, 3000)
    view.show_actual_size()
    assert (view.zoom, view.is_fitted) == (1.0, False)
    frame = view._frame()
    assert frame.width() == 4000 / view.ratio
    assert (frame.left() * view.ratio).is_integer()
    assert (frame.top() * view.ratio).is_integer()


@pytest.mark.parametrize("at", [(200.0, 150.0), (60.0, 40.0), (399.0, 299.0), (0.0, 0.0)])
def test_zooming_keeps_the_point_under_the_pointer(view: DenseView, at: tuple[float, float]) -> None:
    show_picture(view, 4000, 3000)
    place = QPointF(*at)
    before = point_under(view, place)
    for steps in (3, 5, -2, 1, -1, 1, 4):
        turn_wheel(view, place, steps)
        after, slack = point_under(view, place), 0.51 / view.zoom  # half a device pixel
        assert after.x() == pytest.approx(before.x(), abs=slack)
        assert after.y() == pytest.approx(before.y(), abs=slack)
    assert view.zoom > 1


def test_a_wheel_that_turns_sideways_does_not_zoom(view: DenseView) -> None:
    show_picture(view, 4000, 3000)
    before = view.zoom
    turn_wheel(view, QPointF(10, 10), 0)
    assert view.zoom == before


def test_zooming_ends_at_a_fit_and_at_the_largest(view: DenseView) -> None:
    show_picture(view, 4000, 3000)
    turn_wheel(view, QPointF(200, 150), 100)
    assert view.zoom == MAX_ZOOM
    turn_wheel(view, QPointF(200, 150), -100)
    assert view.zoom == pytest.approx(400 * view.ratio / 4000)
    assert view.is_fitted


@pytest.mark.parametrize("corner", CORNERS)
def test_dragging_stops_at_the_edges_of_the_picture(qtbot: QtBot, view: DenseView, corner: tuple[int, int]) -> None:
    show_picture(view, 4000, 3000)
    view.show_actual_size()
    for _ in range(25):
        drag(qtbot, view, QPoint(200, 150), QPoint(*corner))
    frame = view._frame()
    assert frame.contains(QRectF(0, 0, 400, 300))
    assert frame.left() == 0 if corner[0] > 1 else frame.right() == 400
    assert frame.top() == 0 if corner[1] > 1 else frame.bottom() == 300
    drag(qtbot, view, QPoint(*corner), QPoint(200, 150))
    assert view._frame() != frame


def test_a_fitted_picture_cannot_be_dragged_away(qtbot: QtBot, view: DenseView) -> None:
    show_picture(view, 4000, 3000)
    before = view._frame()
    drag(qtbot, view, QPoint(200, 150), QPoint(20, 20))
    assert view._frame() == before


def test_a_double_click_goes_to_a_hundred_per_cent_there_and_back(qtbot: QtBot, view: DenseView) -> None:
    show_picture(view, 4000, 3000)
    place = QPoint(100, 100)
    before = point_under(view, QPointF(place))
    qtbot.mouseDClick(view, LEFT, pos=place)
    assert view.zoom == 1.0
    assert point_under(view, QPointF(place)).x() == pytest.approx(before.x(), abs=2)
    qtbot.mouseDClick(view, LEFT, pos=place)
    assert view.is_fitted


def test_sharper_pixels_come_into_the_same_place(view: DenseView) -> None:
    view.begin(QSize(4000, 3000), QPixmap.fromImage(picture(100, 75)))
    turn_wheel(view, QPointF(90, 70), 6)
    before = (view._frame(), view.zoom)
    view.set_image(picture(2000, 1500), QSize(4000, 3000))
    assert (view._frame(), view.zoom) == before
    view.set_image(picture(4000, 3000), QSize(4000, 3000))
    assert (view._frame(), view.zoom) == before


def test_more_pixels_are_wanted_only_while_the_view_could_show_them(view: DenseView) -> None:
    wanted: list[int] = []
    view.sharper_wanted.connect(wanted.append)
    view.begin(QSize(4000, 3000), QPixmap.fromImage(picture(512, 384)))
    assert wanted[-1] == round(400 * view.ratio)
    view.set_image(picture(1000, 750), QSize(4000, 3000))
    wanted.clear()
    view.fit()
    assert wanted == []
    view.show_actual_size()
    assert wanted == [4000]


def test_a_thumbnail_alone_is_not_sharp_however_small_the_picture(view: DenseView) -> None:
    wanted: list[int] = []
    view.sharper_wanted.connect(wanted.append)
    view.begin(QSize(64, 48), QPixmap.fromImage(picture(64, 48)))
    assert wanted == [64]
    assert not view.is_sharp
    view.set_image(picture(64, 48), QSize(64, 48))
    assert view.is_sharp


def test_resizing_keeps_a_fit_fitted_and_a_zoom_inside(view: DenseView) -> None:
    show_picture(view, 4000, 3000)
    view.resize(800, 600)
    assert view._frame() == QRectF(0, 0, 800, 600)
    view.show_actual_size()
    view.resize(300, 900)
    assert view._frame().contains(QRectF(0, 0, 300, 900))


def test_a_failure_is_told_in_place_of_the_picture_and_goes_with_it(view: DenseView) -> None:
    show_picture(view, 400, 300)
    filled = view.grab().toImage()
    view.set_failed(f"{MARKUP}: the picture is damaged.")
    failed = view.grab().toImage()
    assert failed != filled
    assert failed.pixelColor(5, 5).name() == LIGHT.stage
    assert "damaged" in view.accessibleDescription()
    assert not view.is_sharp
    view.begin(QSize(40, 30), None)
    assert view.accessibleDescription() == ""


def test_what_takes_long_shows_a_line_at_the_bottom_that_grows(qtbot: QtBot, view: DenseView) -> None:
    def line() -> list[str]:
        image = view.grab().toImage()
        return [image.pixelColor(x, 299).name() for x in (20, 180, 380)]

    view.begin(QSize(4000, 3000), None)
    assert line() == [LIGHT.stage] * 3
    qtbot.waitUntil(lambda: line()[0] != LIGHT.stage)
    view.set_progress(50, 100)
    assert line() == [LIGHT.accent, LIGHT.accent, LIGHT.stage]
    view.set_image(picture(4000, 3000), QSize(4000, 3000))
    assert LIGHT.accent not in line()


def test_a_size_that_is_not_known_comes_with_the_pixels(view: DenseView) -> None:
    view.begin(QSize(), None)
    view.zoom_by(2)
    assert view.zoom == 1.0
    view.set_image(picture(800, 600), QSize(8000, 6000))
    assert view.zoom == pytest.approx(400 * view.ratio / 8000)


def test_what_is_transparent_lies_on_squares(view: DenseView) -> None:
    clear = QImage(100, 100, QImage.Format.Format_ARGB32_Premultiplied)
    clear.fill(Qt.GlobalColor.transparent)
    view.begin(QSize(4000, 4000), None)
    view.set_image(clear, QSize(4000, 4000))
    image = view.grab().toImage()
    assert len({image.pixelColor(x, 150).name() for x in range(150, 250)}) == 2


def test_the_pointer_shows_that_the_picture_can_be_dragged(qtbot: QtBot, view: DenseView) -> None:
    show_picture(view, 4000, 3000)
    view.show_actual_size()
    qtbot.mousePress(view, LEFT, pos=QPoint(100, 100))
    assert view.cursor().shape() == Qt.CursorShape.ClosedHandCursor
    qtbot.mouseRelease(view, LEFT, pos=QPoint(100, 100))
    assert view.cursor().shape() == Qt.CursorShape.ArrowCursor
