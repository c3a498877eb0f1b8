"""Raw files as they are, then SDTM domains by the plan's mapping.

Belongs here: binding columns by name and type, user-defined missing values, code lists, joins of
raw tables, the mapping language of `config/sdtm.yaml` and the checks of that plan.

Does not belong here: opening a file (`scripts.raw_files`, `scripts.tables`), judging the data
(validate), deriving anything that SDTM does not hold (derive).
"""
