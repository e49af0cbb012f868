"""One manifest for each bundled step; nothing here is Python to import."""
