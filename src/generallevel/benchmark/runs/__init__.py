"""A run: from task folders to a table of scores, in parallel, resumable, with a reason for all that is missing."""
