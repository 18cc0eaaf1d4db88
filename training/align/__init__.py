"""Graphs of one training step of the embedded scorer; see README.md."""
