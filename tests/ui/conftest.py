"""What holds for every test of models, workers and widgets."""

from tests.gui_guard import nothing_is_left_behind

__all__ = ["nothing_is_left_behind"]
