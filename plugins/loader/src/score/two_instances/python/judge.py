"""Runs a suite's tests in the judge's instance, where what they call is the candidate's. It is the judge's main program."""

import assay
from proxies import Candidate

Candidate(assay).judge()
