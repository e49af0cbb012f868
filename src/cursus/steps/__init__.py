"""The steps that come with Cursus: content, not machinery.

This folder is a workspace like any other, the lowest layer of every lookup: ``interfaces`` holds one
``<step>.step.yaml`` for each step, ``scripts`` what runs inside the container. Scripts stand alone: they import the
standard library and what the container image offers, never ``cursus`` and never one another, and keep to Python 3.10,
which older images carry. No discovery, resolution or building happens here.
"""
