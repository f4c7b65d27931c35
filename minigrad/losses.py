"""Chapter 7, appendix: the catalogue of losses, each with torch's `reduction`.

Those with logarithms are computed from sums that cannot overflow.
"""
