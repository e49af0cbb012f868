"""The published builder tests, as selections of checks over the engine. No rule is written here."""
