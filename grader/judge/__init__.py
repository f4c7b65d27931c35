"""What only the trusted process imports: rebuild, run, compare, references, release, the gradebook.

    course.py        where a course keeps its things
    release.py       solutions/ -> assignments/, and what a good assignment must fulfil
    guide.py         the teacher's page: tasks, points, time, and how to mark written answers
    examples.py      which example of the documents is used where
    kit.py           the zip that a student gets
    testcells.py     the visible and the hidden part of a test cell, and the cases in it
    submission.py    reading what was handed in, and rebuilding it from the release
    package.py       the copy of minigrad that a graded kernel gets, with the holes cut out
    run.py           a notebook -> its answers, in two passes (a pure function; knows no gradebook and no expectation)
    seeds.py         the course secret, and the hidden inputs drawn from it
    score.py         answers -> verdicts -> the outputs from which nbgrader takes the score
    steps.py         all of it as nbgrader's configurable steps
    grade.py         a whole class
    sample_class.py  a class to try it on
    references/      the hidden cases of each assignment, with reference answers
    mutants/         typical wrong solutions of each assignment, with the points they deserve to lose, and right ones
"""
