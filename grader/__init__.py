"""Grading for minigrad: `inside` runs in the student's kernel, `judge` only in the trusted process.

`inside` never imports `judge`; the kernel that runs a submission does not even have `judge` on its disk.
"""
