"""Faults injected where they hurt; short by default, thorough with ``--long``; counts are printed (``-s``)."""
