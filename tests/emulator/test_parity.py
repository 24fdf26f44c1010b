"""PARITY.md names tests that exist and counts its rows; and behaviour that only it says."""

import ast
import functools
import re
from collections import Counter
from pathlib import Path

import httpx
import yaml
from twelvelabs_embed_emulator import samples

from tests.emulator.helpers import (
    OPENAPI,
    cosine,
    create_asset,
    ended,
    inline,
    request_body,
    spans,
    vector,
)

TESTS = Path(__file__).parents[1]
PARITY = (TESTS.parent / "emulator" / "twelvelabs_embed_emulator" / "PARITY.md").read_text()
GRADES = ("documented", "live", "assumed", "emulator only")


def sections() -> dict[str, list[list[str]]]:
    """Return the rows of each section, as lists of cells."""
    found: dict[str, list[list[str]]] = {}
    for part in PARITY.split("\n## ")[1:]:
        title, *lines = part.splitlines()
        rows = [line[1:-1].split("|") for line in lines if line.startswith("| ")]
        table = [[cell.strip() for cell in row] for row in rows]
        found[title] = table[1:]  # without its head
    return found


@functools.cache
def functions_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, kinds)}


def test_each_row_has_a_grade_and_a_test_that_exists():
    unknown = []
    for title, table in sections().items():
        for row in table:
            assert len(row) == 4, (title, row)
            assert row[1] in GRADES, (title, row)
            for name in row[3].split(", "):
                module, _, test = name.strip("`").partition("::")
                folder = TESTS if "/" in module else TESTS / "emulator"
                if test not in functions_in(folder / f"{module}.py"):
                    unknown.append(name)
    assert unknown == []


def test_the_counts_are_those_of_the_rows():
    lines = ["| section | documented | live | assumed | emulator only |", "|---|---|---|---|---|"]
    total: Counter[str] = Counter()
    for title, table in sections().items():
        counts = Counter(row[1] for row in table)
        total += counts
        lines.append(f"| {title} | {' | '.join(str(counts[grade]) for grade in GRADES)} |")
    lines.append(f"| all | {' | '.join(str(total[grade]) for grade in GRADES)} |")
    assert "\n".join(lines) in PARITY


def test_each_operation_has_a_section():
    paths = yaml.safe_load(OPENAPI.read_text())["paths"]
    named = re.findall(r"`(?:[A-Z]+ )?(/[^`]*)`", "\n".join(sections()))
    assert [path for path in paths if not any(path.startswith(one) for one in named)] == []


# ------------------------------------------------------------------------ what no other test holds


def test_a_whole_number_may_have_a_point(embed, sample):
    cut = {"strategy": "fixed", "fixed": {"duration_sec": 3.0}}
    source = inline(sample("audio", ".wav", duration_sec=4))
    assert embed("audio", media_source=source, segmentation=cut).status_code == 200


def test_an_object_of_another_input_type_is_ignored(client):
    body = request_body("text", input_text="a dog")
    alone = client.post("/embed-v2", json=body).content
    body["image"] = {"media_source": {"url": "http://127.0.0.1:9/nothing.jpg"}}
    assert client.post("/embed-v2", json=body).content == alone


def test_a_text_of_spaces_is_embedded(embed):
    assert embed("text", input_text="  ").status_code == 200


def test_no_options_are_all_options(embed, sample):
    source = inline(sample("audio", ".wav", duration_sec=4))
    empty = embed("audio", media_source=source, embedding_option=[], embedding_scope=[])
    assert empty.content == embed("audio", media_source=source).content


def test_an_end_past_the_end_is_the_end(embed, sample):
    source = inline(sample("audio", ".wav", duration_sec=4))
    response = embed("audio", media_source=source, end_sec=99)
    assert spans(response, "audio", "asset") == [(0, 4)]


def test_there_is_no_minimum_length(embed, sample):
    source = inline(sample("audio", ".wav", duration_sec=1))
    assert spans(embed("audio", media_source=source), "audio") == [(0, 1)]


def test_an_asset_does_not_expire(start, sample):
    emulator, client = start()
    asset = create_asset(client, sample("image", ".jpg"))
    emulator.advance(days=3650)
    assert client.get(f"/assets/{asset['_id']}").json() == asset


def test_all_keys_see_the_same(start, sample):
    emulator, client = start()
    asset = create_asset(client, sample("image", ".jpg"))
    other = httpx.get(
        f"{emulator.base_url}/assets/{asset['_id']}", headers={"x-api-key": "another"}
    )
    assert other.json() == asset


def test_a_text_is_similar_to_no_image(embed, sample):
    text = vector(embed("text", input_text="a red beach"))
    image = vector(embed("image", media_source=inline(sample("image", ".jpg"))))
    assert abs(cosine(text, image)) < 0.3


def test_pixels_that_lie_on_their_side_are_judged_as_they_are(embed, tmp_path):
    """A photo whose metadata says that it is to be turned has the vector of its pixels."""
    from PIL import Image

    path = samples.image(tmp_path / "photo.jpg")
    turned = tmp_path / "turned.jpg"
    with Image.open(path) as image:
        exif = Image.Exif()
        exif[0x0112] = 6
        image.save(turned, exif=exif, quality="keep")
    plain, other = (vector(embed("image", media_source=inline(one))) for one in (path, turned))
    assert cosine(plain, other) > 0.999


def test_a_chunk_of_too_many_words_fails_the_task(client, tmp_path):
    (tmp_path / "a.txt").write_text("dog " * 2001)
    cut = {"sequential": {"strategy": "sentence", "max_sentences": 1}}
    body = {"embedding_scope": ["local"], "segmentation": cut}
    document = {"media_source": inline(tmp_path / "a.txt"), **body}
    request = {"input_type": "document", "model_name": "marengo3.5", "document": document}
    response = client.post("/embed-v2/tasks", json=request)
    assert response.status_code == 202, response.text
    assert ended(client, f"/embed-v2/tasks/{response.json()['_id']}")["status"] == "failed"
