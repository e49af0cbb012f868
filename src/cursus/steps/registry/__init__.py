"""Content: the published address of the step table, for component files that import it from here."""
