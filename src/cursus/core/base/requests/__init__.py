"""The SageMaker request of each kind of step, one file for each kind.

A kind takes a step's parts (contract, spec, settings, bound inputs) and writes the Create…Job request without its
name. The table of kinds is in ``table.py``; a further kind is one file and one line there. Pure functions of their
arguments: no AWS client, no file of a workspace, no clock.
"""
