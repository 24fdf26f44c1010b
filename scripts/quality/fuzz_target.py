"""One fuzzing target, run until libFuzzer ends this process.

    python -m scripts.quality.fuzz_target NAME FLAGS… [CORPUS]

`scripts/fuzz` starts it. Our packages are imported with instrumentation of their branches.
"""

import sys

import atheris

OURS = ["twelvelabs_embed", "twelvelabs_embed_api", "twelvelabs_embed_emulator"]

with atheris.instrument_imports(include=OURS):
    from tests.hostile.fuzz_targets import TARGETS

target = TARGETS[sys.argv[1]]
target.run(b"")  # one-time initialization should not count as slow
atheris.Setup([sys.argv[0], *sys.argv[2:]], target.run)
atheris.Fuzz()
