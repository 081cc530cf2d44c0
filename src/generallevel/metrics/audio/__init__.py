"""Metrics of sound: speech, music, ratings, features."""
