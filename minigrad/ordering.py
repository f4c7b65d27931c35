"""Chapter 7, appendix: the catalogue of running reductions and of order.

Sums, products and extremes along the way; sorting, the largest few, the middle one.
"""
