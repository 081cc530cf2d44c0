"""Metrics of text: answers, label sets, captions, summaries, transcripts, numbers, programs, verdicts."""
