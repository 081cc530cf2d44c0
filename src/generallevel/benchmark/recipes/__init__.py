"""How the files of each task are read and scored."""
