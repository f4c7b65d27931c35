"""What only the trusted process imports: release, rebuild, run, compare, references, the gradebook, reports.

Releasing assignments:

    course.py        where a course keeps its things
    release.py       solutions/ -> assignments/, and what a good assignment must fulfil
    guide.py         the teacher's page: tasks, points, time, and how to mark written answers
    examples.py      which example of the five source documents is used where
    kit.py           the zip that a student gets
    references/      the hidden cases of each assignment, with reference answers
    mutants/         typical wrong solutions of each assignment, with the points they deserve to lose, and right ones

Judging one submission:

    judging.py       all of it, from what was handed in to the graded notebook: a pure function
    submission.py    reading what was handed in, and rebuilding it from the release
    testcells.py     the visible and the hidden part of a test cell, and the cases in it
    package.py       the copy of minigrad that a graded kernel gets, with the holes cut out
    sandbox.py       bubblewrap's command line: what of this machine a notebook sees
    warm.py          the usual runner of a notebook: a process split off from one that has imported everything
    kernel.py        the other one: a true kernel, for widgets and comms, and for --unsafe
    run.py           a notebook -> its answers, in two passes (knows no gradebook and no expectation)
    seeds.py         the course secret, and the hidden inputs drawn from it
    score.py         answers -> verdicts -> the outputs from which nbgrader takes the score

A class:

    grade.py         every submission as one row, in as many processes as there are cores
    fingerprint.py   what decides on a grade, and so when it is made again
    cluster.py       the same on the workers of a Dask cluster
    recording.py     what nbgrader's gradebook keeps, a transaction for each submission
    pages.py         the feedback pages
    preprocessors.py the judge as preprocessors of nbgrader, for its own commands and formgrader
    sample_class.py  a class to try it on

What came of it:

    outcomes.py      rows, gradebook and folders put together, student by student
    classreport.py   the page of an assignment, and the index of all; templates/
    plots.py         its plots
    exports.py       its CSV files, and grades for Canvas and Moodle
    similar.py       submissions that resemble each other
    doctor.py        what grading needs on this machine
"""
