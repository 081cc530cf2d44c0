"""The maker of codebleu.json: the four parts of CodeBLEU of random pairs of programs as codebleu 0.7.0 computes them.

It needs the grammars of 2024, with which it was written, in an environment of its own, and a fixed order of hashes::

    python -m pip install --no-deps codebleu==0.7.0 tree-sitter==0.22.3 tree-sitter-python==0.21.0 \\
        tree-sitter-java==0.21.0 tree-sitter-javascript==0.21.4 tree-sitter-c==0.21.4 tree-sitter-cpp==0.22.3 \\
        tree-sitter-go==0.21.0 setuptools
    PYTHONHASHSEED=0 python tests/oracle/make_codebleu.py > tests/oracle/codebleu.json
"""

import json
import random
import re
import sys

PAIRS = 45  # of each language

PYTHON = [
    """def mean(values, start=0):
    total = start
    count = 0
    for value in values:
        if value is None:
            continue
        total = total + value
        count += 1
    if count == 0:
        return None
    return total / count
""",
    """import os

class Reader:
    def __init__(self, path, limit=10):
        self.path = path
        self.limit = limit

    def lines(self):
        found = []
        with open(self.path) as handle:
            for line in handle:
                if len(found) >= self.limit:
                    break
                found.append(line.strip())
        return found
""",
    """def steps(n):
    i = 0
    while n != 1:
        if n % 2 == 0:
            n = n // 2
        elif n > 100:
            n = n - 1
        else:
            n = 3 * n + 1
        i = i + 1
    return i
""",
    """def merge(a, b):
    out, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        if a[i] < b[j]:
            out.append(a[i])
            i += 1
        else:
            out.append(b[j])
            j += 1
    words = [w.lower() for w in out if w]
    return words + a[i:] + b[j:]
""",
]
JAVA = [
    """class Mean {
    static double mean(double[] values, double start) {
        double total = start;
        int count = 0;
        for (double value : values) {
            if (value < 0) {
                continue;
            }
            total = total + value;
            count++;
        }
        return total / count;
    }
}
""",
    """public class Steps {
    int steps(int n) {
        int i = 0;
        while (n != 1) {
            if (n % 2 == 0) {
                n = n / 2;
            } else {
                n = 3 * n + 1;
            }
            i = i + 1;
        }
        return i;
    }
}
""",
    """class Names {
    String join(String first, String last, int times) {
        String out = "";
        for (int i = 0; i < times; i++) {
            out = out + first + last;
        }
        return out;
    }
}
""",
]
JAVASCRIPT = [
    """function mean(values, start) {
  let total = start;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i] < 0) {
      continue;
    }
    total += values[i];
    count++;
  }
  return total / count;
}
""",
    """const steps = (n) => {
  let i = 0;
  while (n !== 1) {
    const half = n / 2;
    if (n % 2 === 0) {
      n = half;
    } else {
      n = 3 * n + 1;
    }
    i += 1;
  }
  return i;
};
""",
]
C = [
    """double mean(double *values, int n, double start) {
    double total = start;
    int i;
    for (i = 0; i < n; i++) {
        if (values[i] < 0) {
            continue;
        }
        total = total + values[i];
    }
    return total / n;
}
""",
    """int steps(int n) {
    int i = 0;
    while (n != 1) {
        if (n % 2 == 0) {
            n = n / 2;
        } else {
            n = 3 * n + 1;
        }
        i = i + 1;
    }
    return i;
}
""",
]
GO = [
    """package main

func mean(values []float64, start float64) float64 {
    var total = start
    var count = 0
    for i := 0; i < len(values); i++ {
        if values[i] < 0 {
            continue
        }
        total = total + values[i]
        count++
    }
    return total / count
}
""",
    """package main

func steps(n int) int {
    var i = 0
    for n != 1 {
        if n%2 == 0 {
            n = n / 2
        } else {
            n = 3*n + 1
        }
        i = i + 1
    }
    return i
}
""",
]
PROGRAMS = {"python": PYTHON, "java": JAVA, "javascript": JAVASCRIPT, "c": C, "cpp": C, "go": GO}


def spoilt(program: str, rng: random.Random) -> str:
    """A program with a few things changed; often one that does not compile any more."""
    for _ in range(rng.randint(0, 3)):
        lines = program.split("\n")
        place = rng.randrange(len(lines))
        change = rng.randrange(5)
        if change == 0 and len(lines) > 4:
            del lines[place]
        elif change == 1:
            lines.insert(place, lines[rng.randrange(len(lines))])
        elif change == 2:
            other = rng.randrange(len(lines))
            lines[place], lines[other] = lines[other], lines[place]
        program = "\n".join(lines)
        if change == 3:
            names = sorted(set(re.findall(r"\b[a-z]+\b", program)))
            program = re.sub(rf"\b{rng.choice(names)}\b", rng.choice(names), program)
        elif change == 4:
            cut = rng.randrange(len(program) // 2, len(program))
            program = program[:cut]
    return program


def pairs() -> list[tuple[str, str, str]]:
    """Language, program and reference: a program spoilt, or another one, spoilt too."""
    rng = random.Random(11)
    made = []
    for language, programs in PROGRAMS.items():
        for _ in range(PAIRS):
            ref = rng.choice(programs)
            pred = spoilt(ref if rng.random() < 0.8 else rng.choice(programs), rng)
            made.append((language, pred, ref))
    return made


def main() -> None:
    from importlib.metadata import version

    from codebleu import calc_codebleu

    names = ("ngram_match_score", "weighted_ngram_match_score", "syntax_match_score", "dataflow_match_score")
    made = []
    for language, pred, ref in pairs():
        found = calc_codebleu([[ref]], [pred], language)
        made.append([found[name] for name in (*names, "codebleu")])
    json.dump({"made_with": f"codebleu {version('codebleu')}", "scores": made}, sys.stdout)


if __name__ == "__main__":
    main()
