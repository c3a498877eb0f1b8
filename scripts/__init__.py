"""The steps of the pipeline, a folder for each stage, and what they share.

Here belong the door of a step (`job`), the only module that opens data files (`tables`), seals,
the plan and its condition grammar. What a single stage knows lives in that stage's folder;
mathematics that would be true in any textbook lives in `stats`.
"""

__version__ = "0.1.0"
