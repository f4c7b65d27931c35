"""nbgrader's configuration: where things are, and the preprocessors that are the course's own."""

import os
import sys
from pathlib import Path

from nbgrader.preprocessors import GetGrades, LimitOutput

from grader.judge import preprocessors

c = get_config()  # type: ignore[name-defined]  # noqa: F821  # put here by traitlets

root = Path(__file__).resolve().parent
(root / "gradebook" / "exchange").mkdir(parents=True, exist_ok=True)

# nbgrader starts alembic by its name, so the environment's programs must be found without `activate`.
programs = str(Path(sys.executable).parent)
if programs not in os.environ["PATH"].split(os.pathsep):
    os.environ["PATH"] = programs + os.pathsep + os.environ["PATH"]

c.CourseDirectory.course_id = "minigrad"
c.CourseDirectory.root = str(root)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"
c.CourseDirectory.submitted_directory = "gradebook/submitted"
c.CourseDirectory.autograded_directory = "gradebook/autograded"
c.CourseDirectory.feedback_directory = "gradebook/feedback"
c.Exchange.root = str(root / "gradebook" / "exchange")
c.CourseDirectory.db_url = f"sqlite:///{root}/gradebook/gradebook.db"

c.ClearSolutions.code_stub = {"python": "# Your code here\nraise NotImplementedError(\"still to be written\")"}
c.ClearSolutions.text_stub = "*Your answer here.*"

c.Autograde.exporter_class = preprocessors.SubmissionExporter
c.Autograde.sanitize_preprocessors = [preprocessors.JudgeSubmission, LimitOutput]
c.Autograde.autograde_preprocessors = [preprocessors.SaveGrades]
c.GenerateFeedback.preprocessors = [
    preprocessors.HideHiddenTests,
    GetGrades,
    preprocessors.SafeOutputs,
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
c.HTMLExporter.preprocessors = [preprocessors.SafeOutputs]  # formgrader's pages of graded notebooks
c.HTMLExporter.filters = {"markdown2html": "grader.judge.preprocessors.safe_markdown"}

# What a class has of its own, its gradebook in PostgreSQL for one: git leaves the folder alone.
load_subconfig("gradebook/config.py", path=str(root))  # type: ignore[name-defined]  # noqa: F821  # put here by traitlets
