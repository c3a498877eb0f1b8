"""The guides for reviewers: what they say, and the claims by which it is held against the package.

Belongs here: facts of either guide, the claims that its pages make, the checks of claims, and the
picture of what is made from what. Does not: how a page looks (`templates`), or any other document.
"""
