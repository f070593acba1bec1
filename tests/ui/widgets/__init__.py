"""Tests of single widgets, by real events."""
