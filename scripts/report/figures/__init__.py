"""Figures as SVG, written by hand: same bytes on every machine, and readable without colour.

Here belong the kinds of figure. What they share (the canvas, the axes, the styles of the arms) is
in `canvas`; numbers printed in a figure go through the same sheet as in a table, with addresses.
"""
