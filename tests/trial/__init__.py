"""The embedded trial: frozen literals, generator, committed raw files, known truth.

Belongs here: what makes or checks the synthetic raw files. Does not belong here: anything that the
workflow imports; the only thing shared with it is the visit schedule in `config/trial.yaml`.
"""
