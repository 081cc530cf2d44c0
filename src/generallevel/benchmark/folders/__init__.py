"""Task folders: where they lie, what their JSON files say, and which of their files may be opened."""
