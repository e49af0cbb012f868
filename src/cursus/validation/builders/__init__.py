"""The published builder test, as a selection of checks over the engine. No rule is written here."""
