"""Generate the low-level client from the contract, the same to the byte on every machine.

scripts/regenerate            write generated/twelvelabs_embed_api, and show what code sees of it
scripts/regenerate --check    generate aside, name every file that differs, fail if one does
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
    with tempfile.TemporaryDirectory() as aside:
        try:
            fresh = generate(Path(aside))
        except GenerationError as error:
            sys.exit(str(error))
        if arguments.check:
            return report(differences(fresh, PACKAGE))
        seen = seen_by_code(PACKAGE, fresh) if PACKAGE.exists() else ""
        replace(PACKAGE, fresh)
    print(f"Wrote {PACKAGE.relative_to(ROOT)}")
    print(seen, end="")
    return 0


def seen_by_code(present: Path, fresh: Path) -> str:
    # Here, because --check needs none of it and is to stay quick.
    from scripts.codegen.python_diff import python_diff, read

    # The contract that the present package was made from is gone. What went with it breaks code
    # anyway; for the rest, the new one says what is sent and what is received.
    contract = read(CONTRACT)
    return python_diff(present, fresh, contract, contract).text()


def contents(package: Path) -> dict[str, bytes]:
    return {
        file.relative_to(package).as_posix(): file.read_bytes()
        for file in package.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


def differences(fresh: Path, present: Path) -> list[str]:
    """One line for each file that is not as the contract makes it."""
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
