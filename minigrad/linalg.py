"""Chapter 7, appendix: the catalogue of matrices, with the names of `torch.linalg`.

Products of all kinds, then inverses, determinants and decompositions. Each rule is the textbook's formula for one
matrix; leading dimensions are batches.
"""
