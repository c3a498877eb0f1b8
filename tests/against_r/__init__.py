"""Our estimators against R's, over generated inputs that include every edge.

R is asked through `bridge.ask_r`. Without R these tests are skipped, and say so; where
TRIALTRACE_R is set to `required`, as in continuous integration, they fail instead.
"""
