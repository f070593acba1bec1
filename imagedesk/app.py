"""The composition root of the window: builds everything, wires it, and shuts it down in order.

``first_paint`` → ``running`` → ``DesktopApplication``: window, guarded decoder; then each library is opened on a
worker (boto3 is first imported there) and shown as a ``LibrarySession``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from platformdirs import user_cache_path, user_data_path
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QFileDialog

from imagedesk import __version__
from imagedesk.connecting import Connecting
from imagedesk.core.errors import ImageDeskError, LibraryNotSetUp
from imagedesk.core.profiles import AwsProfile, EmbeddedProfile, LibraryProfile
from imagedesk.frame import StartedFrame, make_frame, make_theme
from imagedesk.kept_settings import KeptSettings
from imagedesk.leaving import Leaving
from imagedesk.library_choice import library_data_name
from imagedesk.log_file import log_path
from imagedesk.pictures.guarded_reader import GuardedPictureReader
from imagedesk.preferring import Preferring
from imagedesk.screen_keeping import ScreenKeeping
from imagedesk.session import LibrarySession, OpenedLibrary, Who, close_unused, open_for_window
from imagedesk.settings import Settings
from imagedesk.single_instance import bring_forward
from imagedesk.ui.banner import WayOut
from imagedesk.ui.icons import application_icon
from imagedesk.ui.theme import apply_theme
from imagedesk.upload_habits import remember_habits
from imagedesk.work_reports import WorkReports
from imagedesk.workers.operation_runner import OperationRunner


class DesktopApplication(QObject):
    """Owns the window and at most one session. A library that opens late, after another was chosen, is closed again.

    ``started`` is the window where it is on the screen already; what stands in it is made here.
    """

    def __init__(
        self, qt: QApplication, settings: Settings, typed_user: str | None, started: StartedFrame | None = None
    ) -> None:
        super().__init__()
        self._qt = qt
        self._typed_user = typed_user
        started = started or StartedFrame(make_frame(settings.preferences.window_geometry))
        self.window, self._theme = started.frame, started.theme or make_theme(qt, settings)
        self.window.furnish(self._theme)
        self.screens = ScreenKeeping(self.window, started.words, started.screen)
        self._pictures = GuardedPictureReader()
        self._opener = OperationRunner("opener", threads=1, parent=self)
        self._session: LibrarySession | None = None
        self._profile: LibraryProfile | None = None
        self._waiting_files: list[Path] = []
        self._is_closed = False
        self._settings = remember_habits(self.window.uploads, KeptSettings(settings, self.window.show_error))
        self.window.setWindowIcon(application_icon())
        self.connecting = Connecting(self._opener, self._settings.keep_profile, self._theme, self.window)
        self.leaving = Leaving(self.window, self._settings, self)
        self.reports = WorkReports(self.window, self._settings, self.leaving.tell)
        self.preferring = Preferring(self._settings, lambda: self._session, self.window)
        self._wire()

    @property
    def session(self) -> LibrarySession | None:
        """The open library, None while one opens or when none could be opened."""
        return self._session

    @property
    def is_closed(self) -> bool:
        return self._is_closed

    # -- life -------------------------------------------------------------------------------------------------------

    def start(self, profile: LibraryProfile, files: Sequence[Path]) -> None:
        self._waiting_files = list(files)
        self.window.show()
        self.open_library(profile)

    def open_library(self, profile: LibraryProfile) -> None:
        """Close what is open, then open the profile on the worker."""
        self._close_session()
        self._profile = profile
        self.window.banner.clear()
        self.window.status.set_opening(profile.title)
        self.window.top_bar.set_library(profile.title, is_cloud=isinstance(profile, AwsProfile))
        self._fill_menu()
        name = library_data_name(profile)
        data = user_data_path("ImageDesk", appauthor=False) / "libraries" / name
        cache = user_cache_path("ImageDesk", appauthor=False) / "libraries" / name
        who = Who(self._typed_user, self._settings.preferences.user)
        self._opener.start(
            lambda _cancel: open_for_window(profile, self._pictures, who, data, cache),
            partial(self._on_opened, profile),
            partial(self._on_not_opened, profile),
        )
        # Making processes holds a thread for long on a busy machine: not the window's, and not before the library.
        self._opener.start(lambda _cancel: self._pictures.start(), _ignore, _ignore)

    def library_name(self) -> str | None:
        """The data name of the library that is open or being opened."""
        return library_data_name(self._profile) if self._profile is not None else None

    def take_files(self, files: Sequence[Path]) -> None:
        """What a second start, or the system, hands over: uploaded once a library is open; the window comes forward."""
        bring_forward(self.window)
        if self._session is None:
            self._waiting_files.extend(files)
        elif files:
            self.window.add_paths(files)

    def close(self) -> None:
        """End within a bound: the session first, then the decoder, then the window."""
        if self._is_closed:
            return
        self._is_closed = True
        self.leaving.close()
        geometry = bytes(self.window.saveGeometry().toBase64().data()).decode()
        self._settings.prefer(window_geometry=geometry)
        self.screens.keep(self._settings.preferences)
        self.window.hide()
        self._close_session()
        self.reports.close()
        self._opener.shutdown(2000)
        self._pictures.close()
        self.window.close_now()
        self._qt.quit()

    def _on_close_requested(self) -> None:
        self.leaving.begin(self._session.context.transfers if self._session is not None else None)

    # -- opening ----------------------------------------------------------------------------------------------------

    def _on_opened(self, profile: LibraryProfile, opened: OpenedLibrary) -> None:
        if profile is not self._profile or self._is_closed:
            close_unused(opened)
            return
        session = LibrarySession(opened, self)
        self._session = session
        context = session.context
        self.window.show_library(context, self._settings)
        if context.sync is not None:
            context.sync.sync_progressed.connect(self.window.status.set_syncing)
            context.sync.sync_finished.connect(self.window.status.set_synced)
            context.sync.sync_finished.connect(self.window.banner.clear_fault)
            context.sync.sync_failed.connect(self._on_sync_failed)
        self.screens.follow(self.window.current_page(), context)
        context.gallery.failed.connect(self.window.show_error)
        context.edits.failed.connect(self._on_edit_failed)
        session.bug_found.connect(self._on_bug)
        session.use(self._settings.preferences)
        self.reports.watch(context.transfers)
        if session.fault is not None:
            self._show_unreachable(profile, session.fault)
        session.start()
        files, self._waiting_files = self._waiting_files, []
        if files:
            self.window.add_paths(files)

    def _on_edit_failed(self, _image_id: str, error: ImageDeskError) -> None:
        self.window.show_error(error)

    def _on_not_opened(self, profile: LibraryProfile, error: ImageDeskError) -> None:
        if profile is self._profile:
            self._show_unreachable(profile, error)

    def _on_sync_failed(self, error: ImageDeskError) -> None:
        if self._profile is not None:
            self._show_unreachable(self._profile, error)

    def _show_unreachable(self, profile: LibraryProfile, error: ImageDeskError) -> None:
        self.screens.uncover()
        self.window.status.set_offline()
        self.window.banner.show_error(error.title, error.message, self._ways_out(profile, error), about_connection=True)

    def _ways_out(self, profile: LibraryProfile, error: ImageDeskError) -> list[WayOut]:
        ways: list[WayOut] = [("Try again", self._on_refresh)]
        if isinstance(profile, AwsProfile):
            label = "Set up…" if isinstance(error, LibraryNotSetUp) else "Connection…"
            ways.append((label, partial(self._connect, profile)))
        return ways

    def _close_session(self) -> None:
        if self._session is not None:
            self.reports.watch(None)
            self.screens.forget()
            self.window.drop_library()
            self._session.close()
            self._session.deleteLater()
            self._session = None

    # -- menu -------------------------------------------------------------------------------------------------------

    def _wire(self) -> None:
        window, menu = self.window, self.window.library_menu
        window.close_requested.connect(self._on_close_requested)
        self.leaving.left.connect(self.close)
        window.connect_requested.connect(self._on_connect_requested)
        window.transfer_panel.show_requested.connect(self.reports.show_files)
        window.tile_size_changed.connect(self._on_tile_size_changed)
        menu.library_chosen.connect(self._on_library_chosen)
        menu.open_folder_requested.connect(self._on_open_folder)
        menu.refresh_requested.connect(self._on_refresh)
        menu.check_requested.connect(self._on_check)
        menu.name_change_requested.connect(self._on_name_change)
        menu.scheme_chosen.connect(self._on_scheme_chosen)
        menu.preferences_requested.connect(self.preferring.begin)
        menu.about_requested.connect(self._on_about)
        menu.set_scheme(self._settings.preferences.color_scheme)
        self.connecting.connected.connect(self._on_connected)
        self._opener.bug_found.connect(self._on_bug)

    def _fill_menu(self) -> None:
        self.window.library_menu.set_libraries(self._settings.profiles(self._profile), self._profile)

    def _on_library_chosen(self, profile: LibraryProfile) -> None:
        name = str(profile.folder) if isinstance(profile, EmbeddedProfile) else profile.name
        self._settings.prefer(library=name)
        self.open_library(profile)

    def _on_open_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self.window, "Open a folder as a library", str(Path.home()))
        if folder:
            path = Path(folder)
            self._on_library_chosen(EmbeddedProfile(name=str(path), folder=path, title=path.name or str(path)))

    def _on_refresh(self) -> None:
        if self._session is None:
            if self._profile is not None:
                self.open_library(self._profile)
        elif self._session.context.sync is not None:
            self._session.context.sync.sync_now(full=True)

    def _on_check(self) -> None:
        if self._session is not None:
            from imagedesk.checking import Checking  # like every dialog, loaded when it is asked for

            Checking(self._session.check, self._session.context.operations, self.window).begin()

    def _on_name_change(self) -> None:
        current = self._session.context.me if self._session else ""
        from imagedesk.ui.dialogs.name_question import asked_name

        user = asked_name(self.window, current, self.window.show_error)
        if user is None:
            return
        self._rename(user)
        if self._profile is not None:
            self.open_library(self._profile)

    def _rename(self, user: str) -> None:
        """From now on, and at the next start, where nothing verifies who one is."""
        self._typed_user = None
        self._settings.prefer(user=user)

    def _on_scheme_chosen(self, scheme: str) -> None:
        apply_theme(self._qt, scheme, self._theme)
        self._settings.prefer(color_scheme=scheme)

    def _on_tile_size_changed(self, size: int) -> None:
        self._settings.note(tile_size=size)

    def _on_about(self) -> None:
        from imagedesk.ui.dialogs.about_dialog import AboutDialog

        AboutDialog(__version__, self.window).open()

    # -- connecting -------------------------------------------------------------------------------------------------

    def _on_connect_requested(self) -> None:
        known = [profile for profile in self._settings.profiles(self._profile) if isinstance(profile, AwsProfile)]
        self._connect(self._profile if isinstance(self._profile, AwsProfile) else known[-1])

    def _connect(self, profile: AwsProfile) -> None:
        self.connecting.begin(profile, self._typed_user or self._settings.preferences.user or "")

    def _on_connected(self, profile: AwsProfile, user: str) -> None:
        if user and user != self._settings.preferences.user:
            self._rename(user)
        self._on_library_chosen(profile)

    # -- the rest ---------------------------------------------------------------------------------------------------

    def _on_bug(self, summary: str) -> None:
        self.window.show_fault("ImageDesk met a fault of its own", f"{summary}. The details are in {log_path()}.")


def _ignore(_outcome: object) -> None:
    """Nobody waits for it: a picture that comes sooner starts a process itself, and tells what is wrong."""
