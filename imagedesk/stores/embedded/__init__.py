"""The embedded library: pictures as plain files below a folder, records in an SQLite file beside them."""
