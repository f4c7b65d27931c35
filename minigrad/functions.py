"""Chapter 3, appendix: the catalogue of mathematical functions of one and two numbers.

Logarithms, exponentials, roots, the trigonometric and hyperbolic functions and their inverses, rounding, the error
function. One row each, as in `operations`; values and slopes at the edges of a domain are torch's.
"""
