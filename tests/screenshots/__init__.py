"""Makes the pictures of the README: ``python -m tests.screenshots [--pictures FOLDER] [--out FOLDER]``."""
