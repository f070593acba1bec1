"""The dialogs. None blocks: each is opened, and tells by signals what was decided."""
