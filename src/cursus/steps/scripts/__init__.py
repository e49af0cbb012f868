"""What the bundled steps run: each file is started by its path in a process of its own, none is imported."""
