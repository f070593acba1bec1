"""Widgets of the window, driven by real events."""
