"""The item models and the state that widgets observe."""
