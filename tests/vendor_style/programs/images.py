"""Images, alone and with texts."""

import base64
import os
from pathlib import Path


def _base64(path):
    return base64.b64encode(Path(path).read_bytes()).decode("utf-8")


def _rows(response):
    return [
        [row.embedding_option, row.embedding_scope, row.start_sec, row.end_sec, row.embedding[:2]]
        for row in response.data
    ]


def an_image_by_url():
    from twelvelabs import ImageInputRequest, MediaSource, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    response = client.embed.v_2.create(
        input_type="image",
        model_name="marengo3.0",
        image=ImageInputRequest(media_source=MediaSource(url=os.environ["IMAGE_URL"])),
    )
    return [_rows(response), response.metadata.input_filename]


def an_image_by_base64():
    from twelvelabs import ImageInputRequest, MediaSource, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    response = client.embed.v_2.create(
        input_type="image",
        model_name="marengo3.0",
        image=ImageInputRequest(media_source=MediaSource(base_64_string=_base64("beach.jpg"))),
    )
    return _rows(response)


def an_image_by_base64_as_the_page_names_it():
    from twelvelabs import ImageInputRequest, MediaSource, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    response = client.embed.v_2.create(
        input_type="image",
        model_name="marengo3.0",
        image=ImageInputRequest(media_source=MediaSource(base64_string=_base64("beach.jpg"))),
    )
    return _rows(response)


def an_image_with_the_classes_modules():
    from twelvelabs import TwelveLabs
    from twelvelabs.types.image_input_request import ImageInputRequest
    from twelvelabs.types.media_source import MediaSource

    client = TwelveLabs(api_key="tlk_test")
    response = client.embed.v_2.create(
        input_type="image",
        model_name="marengo3.0",
        image=ImageInputRequest(media_source=MediaSource(base_64_string=_base64("beach.jpg"))),
    )
    return _rows(response)


def an_image_as_plain_dicts():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    source = {"base64_string": _base64("beach.jpg")}
    response = client.embed.v_2.create(
        input_type="image", model_name="marengo3.0", image={"media_source": source}
    )
    return _rows(response)


def an_image_and_a_text():
    import twelvelabs

    client = twelvelabs.TwelveLabs(api_key="tlk_test")
    response = client.embed.v_2.create(
        input_type="text_image",
        model_name="marengo3.0",
        text_image=twelvelabs.TextImageInputRequest(
            media_source=twelvelabs.MediaSource(base_64_string=_base64("beach.jpg")),
            input_text="a dog",
        ),
    )
    return [_rows(response), response.metadata.input_type]


def images_in_a_multi_input():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    response = client.embed.v_2.create(
        input_type="multi_input",
        model_name="marengo3.0",
        multi_input={
            "input_text": "the dog of <@first>",
            "media_sources": [
                {"name": "first", "media_type": "image", "base64_string": _base64("beach.jpg")}
            ],
        },
    )
    return _rows(response)


def images_in_a_multi_input_of_classes():
    from twelvelabs import MultiInputMediaSource, MultiInputRequest, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    source = MultiInputMediaSource(
        name="first", media_type="image", base_64_string=_base64("beach.jpg")
    )
    response = client.embed.v_2.create(
        input_type="multi_input",
        model_name="marengo3.5",
        multi_input=MultiInputRequest(input_text="the dog of <@first>", media_sources=[source]),
    )
    return [_rows(response), response.usage.truncated]
