"""Qt's view of the library: item models and observable state, fed by workers, read by widgets."""
