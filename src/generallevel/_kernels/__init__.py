"""Numerics without opinions, by algorithm: what several metrics share. Nothing here is public."""
