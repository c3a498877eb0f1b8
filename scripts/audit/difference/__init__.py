"""Two finished runs held against each other: which printed numbers differ, and because of what.

What differs comes from the files of results, why from the seals: each says what a step read, was
told and made. Here belong both and their words; whether a file is still what its seal says is
asked by `verify`.
"""
