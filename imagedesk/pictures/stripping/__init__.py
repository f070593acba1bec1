"""Removes camera data from picture files byte by byte: pixels are never decoded, let alone encoded anew."""
