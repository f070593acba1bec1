"""The Qt threads and how they report to the window."""
