"""Reports of contract tests, as text, JUnit XML and JSON; what was exchanged, in files."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from xml.etree import ElementTree

from twelvelabs_embed_emulator.conformance.judge import Finding
from twelvelabs_embed_emulator.conformance.session import Exchange

_SECRET = re.compile(r"([?&](?:signature|X-Amz-[\w-]+)=)[^&\"\\\s]+", re.IGNORECASE)


@dataclass(frozen=True)
class Result:
    """What came of a case.

    Attributes:
        name: that of the case.
        exchanges: its requests with their responses.
    """

    name: str
    exchanges: tuple[Exchange, ...]

    @property
    def violations(self) -> list[Finding]:
        """What the contract forbids."""
        return [one for one in self.findings if one.is_violation]

    @property
    def findings(self) -> list[Finding]:
        """All that is otherwise than in the contract."""
        return [finding for exchange in self.exchanges for finding in exchange.findings]


@dataclass(frozen=True)
class Report:
    """The results of a run.

    Attributes:
        base_url: the server that was tested.
        contract: the version of the contract.
        results: by case.
        not_called: the operations of the contract that no case called.
    """

    base_url: str
    contract: str
    results: Sequence[Result]
    not_called: Sequence[str]

    @property
    def violations(self) -> list[Finding]:
        """All violations, each once."""
        return list(dict.fromkeys(one for result in self.results for one in result.violations))

    @property
    def undocumented(self) -> list[Finding]:
        """Fields that the contract does not describe, each once."""
        found = [one for result in self.results for one in result.findings]
        return list(dict.fromkeys(one for one in found if not one.is_violation))

    def text(self) -> str:
        """Return the report for people."""
        failed = [result for result in self.results if result.violations]
        requests = sum(len(result.exchanges) for result in self.results)
        lines = [
            f"{self.base_url}, contract of {self.contract}: {len(self.results)} cases, "
            f"{requests} requests; cases with violations: {len(failed)}"
        ]
        for result in failed:
            lines.append(f"{result.name}:")
            lines += [f"  {one}" for one in dict.fromkeys(map(str, result.violations))]
        if self.undocumented:
            lines.append("Not in the contract, which allows it:")
            lines += [f"  {one.operation}: {one.where}" for one in self.undocumented]
        if self.not_called:
            lines.append(f"Not called: {', '.join(self.not_called)}")
        return "\n".join(lines)

    def junit(self) -> str:
        """Return the report as JUnit XML, as CI services read it."""
        suite = ElementTree.Element(
            "testsuite",
            name="twelvelabs contract",
            tests=str(len(self.results)),
            failures=str(sum(bool(result.violations) for result in self.results)),
        )
        for result in self.results:
            case = ElementTree.SubElement(suite, "testcase", classname="contract", name=result.name)
            if result.violations:
                text = "\n".join(dict.fromkeys(map(_printable, result.violations)))
                failure = ElementTree.SubElement(case, "failure", message=text.split("\n")[0])
                failure.text = text
        return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)

    def json(self) -> str:
        """Return the report as JSON."""
        return json.dumps(
            {
                "base_url": self.base_url,
                "contract": self.contract,
                "violations": [asdict(one) for one in self.violations],
                "undocumented": [asdict(one) for one in self.undocumented],
                "not_called": list(self.not_called),
                "cases": [
                    {
                        "name": result.name,
                        "requests": len(result.exchanges),
                        "violations": [asdict(one) for one in result.violations],
                    }
                    for result in self.results
                ],
            },
            indent=2,
        )

    def keep(self, folder: Path) -> list[Path]:
        """Write the exchanges of cases with violations into a folder, a file for each case.

        Keys are not among them, and signatures of links are masked.
        """
        folder.mkdir(parents=True, exist_ok=True)
        files = []
        for result in self.results:
            if result.violations:
                file = (
                    folder / f"{re.sub(r'[^a-z0-9.]+', '-', result.name.lower()).strip('-')}.json"
                )
                text = json.dumps([asdict(one) for one in result.exchanges], indent=2)
                file.write_text(_SECRET.sub(r"\1***", text), "utf-8")
                files.append(file)
        return files


def _printable(finding: Finding) -> str:
    """Return a finding without the control characters that XML cannot hold."""
    return re.sub(r"[^\t\x20-\uD7FF\uE000-\uFFFD]", "?", str(finding).replace("\n", " "))
