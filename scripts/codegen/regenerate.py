"""Generate the low-level client from the contract, the same to the byte on every machine.

scripts/regenerate            write generated/twelvelabs_embed_api, and show what changed for code
scripts/regenerate --check    only compare: name every file that differs, fail if one does
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from scripts.codegen.codegen import CONTRACT, PACKAGE, ROOT, GenerationError, generate


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/regenerate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; write nothing")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work_dir:
        try:
            fresh = generate(Path(work_dir))
        except GenerationError as error:
            sys.exit(str(error))
        if arguments.check:
            return report(differences(fresh, PACKAGE))
        changes = changes_for_code(PACKAGE, fresh) if PACKAGE.exists() else ""
        replace(PACKAGE, fresh)
    print(f"Wrote {PACKAGE.relative_to(ROOT)}")
    print(changes, end="")
    return 0


def changes_for_code(present: Path, fresh: Path) -> str:
    # Imported here because --check does not need it, and should stay quick.
    from scripts.codegen.python_diff import python_diff, read

    # The contract of the present package is not available. What was removed breaks code anyway;
    # for the rest, the new contract says what is sent and what is received.
    contract = read(CONTRACT)
    return python_diff(present, fresh, contract, contract).text()


def contents(package: Path) -> dict[str, bytes]:
    return {
        file.relative_to(package).as_posix(): file.read_bytes()
        for file in package.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


def differences(fresh: Path, present: Path) -> list[str]:
    """List the files that differ, a line for each."""
    wanted, found = contents(fresh), contents(present)
    return [
        *(f"missing  {name}" for name in sorted(wanted.keys() - found.keys())),
        *(f"extra    {name}" for name in sorted(found.keys() - wanted.keys())),
        *(
            f"changed  {name}"
            for name in sorted(wanted.keys() & found.keys())
            if wanted[name] != found[name]
        ),
    ]


def report(lines: list[str]) -> int:
    place = PACKAGE.relative_to(ROOT)
    if not lines:
        print(f"{place} is what the contract makes")
        return 0
    print(f"{place} is not what the contract makes:")
    print("\n".join(f"  {line}" for line in lines))
    print("Never edit it by hand: change openapi/ and run scripts/regenerate")
    return 1


def replace(package: Path, fresh: Path) -> None:
    shutil.rmtree(package, ignore_errors=True)
    shutil.copytree(fresh, package)


if __name__ == "__main__":
    sys.exit(main())
