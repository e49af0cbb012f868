"""The nouns that every room shares.

Frozen dataclasses and enums, standard library only: no files are read here, nothing is resolved, nothing is rendered.
A noun knows what it is made of and how to turn itself into plain JSON values; everything else happens in the rooms.
"""
