"""A synthetic General-Bench: the official layout, real file formats, known answers."""
