"""Names and modules that programs import, and parts that are not here."""


def item_types():
    from typing import get_args

    from twelvelabs.types import (
        AudioInputRequestEmbeddingOptionItem,
        VideoInputRequestEmbeddingOptionItem,
        VideoInputRequestEmbeddingScopeItem,
    )

    options: list[VideoInputRequestEmbeddingOptionItem] = ["visual", "audio"]
    scopes: list[VideoInputRequestEmbeddingScopeItem] = ["clip"]
    kinds: list[AudioInputRequestEmbeddingOptionItem] = ["audio"]
    return [options, scopes, kinds, len(get_args(VideoInputRequestEmbeddingOptionItem)) > 0]


def modules_of_types():
    from twelvelabs.types.embedding_data import EmbeddingData
    from twelvelabs.types.embedding_task_response import EmbeddingTaskResponse
    from twelvelabs.types.text_input_request import TextInputRequest
    from twelvelabs.types.video_input_request import VideoInputRequest

    classes = (EmbeddingData, EmbeddingTaskResponse, TextInputRequest, VideoInputRequest)
    return [one.__name__ for one in classes]


def modules_of_errors():
    from twelvelabs.errors import GoneError, UnprocessableEntityError
    from twelvelabs.errors.not_found_error import NotFoundError
    from twelvelabs.errors.unauthorized_error import UnauthorizedError

    errors = (GoneError, UnprocessableEntityError, NotFoundError, UnauthorizedError)
    return [[error.__name__, error(body={}).status_code] for error in errors]


def core():
    from twelvelabs import TwelveLabs, core
    from twelvelabs.core.api_error import ApiError
    from twelvelabs.core.pagination import AsyncPager, SyncPager

    client = TwelveLabs(api_key="tlk_test")
    return [
        core.ApiError is ApiError,
        isinstance(client.assets.list(page_limit=1), SyncPager),
        AsyncPager.__name__,
    ]


def the_package():
    import twelvelabs

    return [isinstance(twelvelabs.__version__, str), hasattr(twelvelabs, "no_such_name")]


def the_client_of_the_package():
    from twelvelabs.client import AsyncTwelveLabs, TwelveLabs

    return [TwelveLabs.__name__, AsyncTwelveLabs.__name__]


def classes_of_resources():
    from twelvelabs.assets.client import AssetsClient
    from twelvelabs.embed.v_2.client import V2Client

    return [AssetsClient.__name__, V2Client.__name__]


def embeddings_of_v1():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    response = client.embed.create(model_name="Marengo-retrieval-2.7", text="a dog")
    return response.text_embedding.segments[0].float_


def tasks_of_v1():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    task = client.embed.tasks.create(
        model_name="Marengo-retrieval-2.7", video_url="https://a.example/b.mp4"
    )
    return client.embed.tasks.wait_for_done(task.id).status


def an_index():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    return client.indexes.create(index_name="films", models=[]).id


def an_analysis():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    return client.analyze(video_id="1", prompt="what is it?").data


def a_class_of_another_part():
    from twelvelabs.types import VideoContext_AssetId

    return VideoContext_AssetId(asset_id="1").asset_id
