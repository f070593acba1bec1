"""The use cases, in the right order with rollback, over the ports of ``core.ports``."""
