"""Chapter 3, appendix: the catalogue of activation functions, the bends between the layers of a network.

One row each, as in `operations`; the slope at a kink is the one that torch chose.
"""
