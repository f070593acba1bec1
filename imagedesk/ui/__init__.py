"""Widgets: each paints models and tells by signals what a person asks for. None reads a store or starts a thread."""
