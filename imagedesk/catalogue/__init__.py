"""The local read model that every view reads: one SQLite file a library, and the sync that feeds it."""
