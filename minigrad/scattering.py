"""Chapter 8, appendix: the catalogue of writing to places named by an index, out of place.

What was at a place that is overwritten gets no gradient; what was written gets the place's.
"""
