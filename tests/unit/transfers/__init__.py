"""The transfers: intake, journal, queue."""
