"""Record what the real torch answers for `tests/networks.py`, into tests/data/networks.json.

    python scripts/record_networks.py        (in an environment that has torch and numpy)

The file says `import minigrad as torch`; here torch itself stands in minigrad's place. torch is no dependency of the
project: only whoever adds a case runs this.
"""

import json
import sys
from pathlib import Path

import torch  # type: ignore[import-not-found]

ROOT = Path(__file__).resolve().parents[1]
sys.modules["minigrad"] = torch
sys.path.insert(0, str(ROOT / "tests"))


def main() -> None:
    """Write the file, each case on a line."""
    import networks

    sections = []
    for name, section in networks.answers().items():
        lines = ",\n".join(f"{json.dumps(case)}: {json.dumps(answer)}" for case, answer in section.items())
        sections.append(f"{json.dumps(name)}: {{\n{lines}\n}}")
    path = ROOT / "tests" / "data" / "networks.json"
    path.write_text("{\n" + ",\n".join(sections) + "\n}\n", encoding="utf-8")
    unmoved = [name for name, (kind, _) in networks.answers()["errors"].items() if kind is None]
    if unmoved:
        raise SystemExit(f"torch accepts what a case says it refuses: {unmoved}")
    print(f"{path.relative_to(ROOT)}: torch {torch.__version__}")


if __name__ == "__main__":
    main()
