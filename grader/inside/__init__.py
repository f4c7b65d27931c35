"""What a student's kernel may import. An assignment needs one name: `from grader.inside import check`."""

from grader.inside.checking import check

__all__ = ["check"]
