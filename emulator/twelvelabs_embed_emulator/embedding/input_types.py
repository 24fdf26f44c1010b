"""How each input type with media is embedded, by endpoint.

Imports the media libraries, which take longer than all else: it is imported with the first media.
"""

from collections.abc import Callable

from twelvelabs_embed_emulator.contract import limits
from twelvelabs_embed_emulator.contract.rules import Endpoint
from twelvelabs_embed_emulator.contract.strict_json import Json
from twelvelabs_embed_emulator.embedding import vectors
from twelvelabs_embed_emulator.embedding.av import embed_audio, embed_video
from twelvelabs_embed_emulator.embedding.documents import embed_document
from twelvelabs_embed_emulator.embedding.job import Job
from twelvelabs_embed_emulator.embedding.multi_input import embed_multi_input
from twelvelabs_embed_emulator.embedding.results import Embedded, Row
from twelvelabs_embed_emulator.media.images import open_image


def _embed_image(job: Job) -> Embedded:
    vector, metadata = _image_vector(job)
    return Embedded([Row(vector)], metadata, {"image": limits.TOKENS_PER_IMAGE})


def _embed_text_image(job: Job) -> Embedded:
    text = job.settings["input_text"]
    limits.check_text("text_image.input_text", text)
    image, metadata = _image_vector(job)
    vector = vectors.combine(job.context.text_vector(text), image)
    tokens = {"text": limits.count_words(text), "image": limits.TOKENS_PER_IMAGE}
    return Embedded([Row(vector)], metadata, tokens)


def _embed_image_of_task(job: Job) -> Embedded:
    vector, metadata = _image_vector(job)
    metadata |= {"embedding_options": ["visual"], "embedding_scopes": ["asset"]}
    tokens = {"image": limits.TOKENS_PER_IMAGE}
    return Embedded([Row(vector, "visual", "asset")], metadata, tokens)


def _image_vector(job: Job) -> tuple[vectors.Array, Json]:
    media = job.load(limits.IMAGE_SIZE, limits.IMAGE_SIZE)
    features = vectors.image_features(open_image(media, job.field))
    return vectors.image_vector(features), job.metadata(media)


EMBED: dict[Endpoint, dict[str, Callable[[Job], Embedded]]] = {
    "sync": {
        "image": _embed_image,
        "text_image": _embed_text_image,
        "audio": embed_audio,
        "video": embed_video,
        "multi_input": embed_multi_input,
    },
    "task": {
        "audio": embed_audio,
        "video": embed_video,
        "image": _embed_image_of_task,
        "document": embed_document,
    },
}
