"""What programs do with requests and responses."""

import copy
import json
import os
import pickle


def _response():
    from twelvelabs import MediaSource, TwelveLabs, VideoInputRequest

    client = TwelveLabs(api_key="tlk_test")
    return client.embed.v_2.create(
        input_type="video",
        model_name="marengo3.0",
        video=VideoInputRequest(
            media_source=MediaSource(url=os.environ["VIDEO_URL"]), embedding_scope=["asset"]
        ),
    )


def a_response_as_a_dict():
    return _response().model_dump()


def a_response_as_a_dict_without_none():
    return _response().model_dump(exclude_none=True)["data"]


def a_response_by_dict():
    return _response().dict()["data"]


def a_response_as_json():
    return json.loads(_response().model_dump_json())


def a_response_by_json():
    return json.loads(_response().json())


def a_row_as_a_dict():
    return _response().data[0].model_dump(mode="json")


def a_helper_that_knows_several_kinds():
    response = _response()
    dump = getattr(response, "model_dump", None) or getattr(response, "dict", None)
    found = dump() if callable(dump) else vars(response)
    return [sorted(found), len(found["data"])]


def guards():
    response = _response()
    found = [response.usage is None, response.metadata is not None]
    for row in response.data:
        found += [row.embedding_uncertainty is None, row.start_page_number or 0, row.quadrant]
    return found


def a_response_as_text():
    response = _response()
    return ["embedding=" in str(response), "object at" in repr(response)]


def a_copy_of_a_response():
    response = _response()
    return copy.deepcopy(response) == response


def a_pickled_response():
    response = _response()
    return pickle.loads(pickle.dumps(response)) == response


def a_pickled_request():
    from twelvelabs import MediaSource, VideoInputRequest

    request = VideoInputRequest(media_source=MediaSource(url="https://a.example/b.mp4"))
    copies = [pickle.loads(pickle.dumps(request)), copy.deepcopy(request)]
    return [copy == request for copy in copies]


def a_request_as_a_key():
    from twelvelabs import TextInputRequest

    cache = {TextInputRequest(input_text="a dog"): 1}
    return cache[TextInputRequest(input_text="a dog")]


def a_request_that_is_changed():
    from twelvelabs import TextInputRequest

    request = TextInputRequest(input_text="a dog")
    try:
        request.input_text = "a cat"
    except Exception:
        return "rejected"
    return "changed"


def a_request_as_a_dict():
    from twelvelabs import MediaSource, VideoInputRequest, VideoSegmentation_Fixed

    request = VideoInputRequest(
        media_source=MediaSource(url="https://a.example/b.mp4"),
        segmentation=VideoSegmentation_Fixed(fixed={"duration_sec": 4}),
    )
    return [request.model_dump(exclude_none=True), request.start_sec, request.embedding_option]


def a_request_from_a_dict():
    from twelvelabs import VideoInputRequest

    request = VideoInputRequest.model_validate(
        {"media_source": {"url": "https://a.example/b.mp4"}, "embedding_scope": ["clip"]}
    )
    return [request.media_source.url, request.embedding_scope]


def rows_made_in_a_test():
    from twelvelabs import EmbeddingData, EmbeddingSuccessResponse

    response = EmbeddingSuccessResponse(data=[EmbeddingData(embedding=[0.5, 0.25])])
    row = response.data[0]
    return [
        response.metadata,
        response.usage,
        row.embedding,
        row.embedding_option,
        row.start_sec,
        row.model_dump()["end_sec"],
    ]


def rows_with_fields_of_tomorrow():
    from twelvelabs.types import EmbeddingData

    row = EmbeddingData.model_validate({"embedding": [0.5], "mood": "calm"})
    return row.mood


def the_signature_of_a_call():
    import inspect

    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    parameters = inspect.signature(client.embed.v_2.create).parameters
    return "object at" in str(list(parameters.values()))


def an_asset_as_a_dict():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    asset = client.assets.create(method="url", url=os.environ["IMAGE_URL"])
    found = asset.model_dump()
    return [found["method"], found["filename"], found["id"] == asset.id]


def a_copy_with_a_change():
    from twelvelabs import TextInputRequest

    request = TextInputRequest(input_text="a dog")
    return request.model_copy(update={"input_text": "a cat"}).input_text
