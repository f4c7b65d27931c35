"""The hidden cases of the assignments, with reference answers. One module per assignment; see `grader.inside.cases`."""
