"""Media readers: from a file to the array that a metric takes."""
