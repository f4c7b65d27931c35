"""Chapter 8, appendix: the catalogue of operations that put elements in other places.

Views of a diagonal or a window; copies that repeat, flip, roll, pad or cut off a triangle.
"""
