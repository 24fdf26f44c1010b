"""Commands of the repository: an executable for each, and their Python in packages by subject.

| package | commands |
|---|---|
| `api_watch` | `api-diff`, `api-drift`: OpenAPI documents compared |
| `codegen` | `regenerate`: the generated client, and what changed for Python code |
| `recording` | `record`: the cassettes of tests/replay |
| `release` | `check-wheel`: what users install |
| `quality` | `mutate`, `fuzz`: how well the tests and the parsers do |
| `docs_site` | `docs`: hooks of mkdocs |

`environment.py` and `versions.py` need only the standard library: they run before anything is
installed.
"""
