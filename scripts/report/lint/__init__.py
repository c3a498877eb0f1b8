"""The finished report, read again as a reader would, and held against what it was made from.

Here belongs whatever reads the HTML or the PDF back, and each rule that looks at what was read.
Nothing here formats a number for print: the rounding in `rounding` is a second, independent one.
A rule never raises; it says how much it looked at and what it found.
"""
