"""Clients and their settings, and the options of one call."""

import json
import os

import httpx


def _text(client, sdk_module, **options):
    response = client.embed.v_2.create(
        input_type="text",
        model_name="marengo3.0",
        text=sdk_module.TextInputRequest(input_text="a dog"),
        **options,
    )
    return response.data[0].embedding[:3]


def a_client_of_ones_own():
    import twelvelabs

    with httpx.Client(timeout=30, headers={"x-test-own": "1"}) as http:
        client = twelvelabs.TwelveLabs(api_key="tlk_test", httpx_client=http)
        return _text(client, twelvelabs)


async def an_async_client_of_ones_own():
    import twelvelabs

    async with httpx.AsyncClient(timeout=30) as http:
        client = twelvelabs.AsyncTwelveLabs(api_key="tlk_test", httpx_client=http)
        response = await client.embed.v_2.create(
            input_type="text",
            model_name="marengo3.0",
            text=twelvelabs.TextInputRequest(input_text="a dog"),
        )
    return response.data[0].embedding[:3]


def a_transport_without_a_server():
    import twelvelabs

    seen = []

    def respond(request):
        seen.append([request.method, request.url.path, json.loads(request.content)])
        return httpx.Response(200, json={"data": [{"embedding": [0.5, 0.25]}], "metadata": None})

    with httpx.Client(transport=httpx.MockTransport(respond)) as http:
        client = twelvelabs.TwelveLabs(api_key="tlk_test", httpx_client=http)
        return [_text(client, twelvelabs), seen]


def whole_numbers_in_a_response():
    import twelvelabs

    row = {"embedding": [0.5, 0.25], "start_sec": 0, "end_sec": 6}
    metadata = {
        "input_type": "video",
        "embedding_options": ["visual"],
        "embedding_scopes": ["clip"],
        "duration": 12,
        "start_offset_sec": 0,
    }
    response = httpx.Response(200, json={"data": [row], "metadata": metadata})
    with httpx.Client(transport=httpx.MockTransport(lambda request: response)) as http:
        client = twelvelabs.TwelveLabs(api_key="tlk_test", httpx_client=http)
        response = client.embed.v_2.create(
            input_type="text",
            model_name="marengo3.0",
            text=twelvelabs.TextInputRequest(input_text="a dog"),
        )
    row, metadata = response.data[0], response.metadata
    return [f"{row.start_sec} to {row.end_sec} of {metadata.duration}", metadata.start_offset_sec]


def an_environment():
    import twelvelabs
    from twelvelabs.environment import TwelveLabsEnvironment

    client = twelvelabs.TwelveLabs(api_key="tlk_test", environment=TwelveLabsEnvironment.DEFAULT)
    return [_text(client, twelvelabs), TwelveLabsEnvironment.DEFAULT.value]


def an_environment_beside_a_base_url():
    import twelvelabs

    base_url = os.environ.pop("TWELVELABS_BASE_URL")
    client = twelvelabs.TwelveLabs(
        api_key="tlk_test",
        base_url=base_url,
        environment=twelvelabs.TwelveLabsEnvironment.DEFAULT,
    )
    return _text(client, twelvelabs)


def a_base_url_in_the_environment_and_another_argument():
    import twelvelabs

    client = twelvelabs.TwelveLabs(api_key="tlk_test", base_url="http://127.0.0.1:9/v1.3")
    return _text(client, twelvelabs, request_options={"max_retries": 0})


def a_base_url_that_ends_in_a_slash():
    import twelvelabs

    os.environ["TWELVELABS_BASE_URL"] += "/"
    return _text(twelvelabs.TwelveLabs(api_key="tlk_test"), twelvelabs)


def timeouts():
    import twelvelabs

    clients = [
        twelvelabs.TwelveLabs(api_key="tlk_test", timeout=timeout) for timeout in (60, 60.5, None)
    ]
    return [_text(client, twelvelabs) for client in clients]


def redirects_not_followed():
    import twelvelabs

    client = twelvelabs.TwelveLabs(api_key="tlk_test", follow_redirects=False)
    return _text(client, twelvelabs)


def headers_of_all_calls():
    import twelvelabs

    client = twelvelabs.TwelveLabs(api_key="tlk_test", headers={"X-Test-Team": "video"})
    return _text(client, twelvelabs)


def options_of_a_call():
    import twelvelabs
    from twelvelabs.core.request_options import RequestOptions

    options: RequestOptions = {
        "timeout_in_seconds": 30,
        "max_retries": 1,
        "additional_headers": {"X-Test-Run": "7"},
    }
    client = twelvelabs.TwelveLabs(api_key="tlk_test")
    return [_text(client, twelvelabs, request_options=options)]


def options_that_only_some_calls_use():
    import twelvelabs

    client = twelvelabs.TwelveLabs(api_key="tlk_test")
    return _text(client, twelvelabs, request_options={"chunk_size": 1024, "max_retries": 2})


def parameters_of_the_body():
    import twelvelabs

    client = twelvelabs.TwelveLabs(api_key="tlk_test")
    options = {"additional_body_parameters": {"model_name": "marengo3.0"}}
    return _text(client, twelvelabs, request_options=options)


def a_client_in_a_with_block():
    import twelvelabs

    with twelvelabs.TwelveLabs(api_key="tlk_test") as client:
        return _text(client, twelvelabs)


def a_key_in_the_environment():
    import twelvelabs

    os.environ["TWELVE_LABS_API_KEY"] = "tlk_test"
    return _text(twelvelabs.TwelveLabs(), twelvelabs)


def a_key_that_is_none():
    import twelvelabs

    client = twelvelabs.TwelveLabs(api_key=os.getenv("NO_SUCH_KEY"))
    return _text(client, twelvelabs)


def a_secret_key():
    import twelvelabs
    from pydantic import SecretStr

    client = twelvelabs.TwelveLabs(api_key=SecretStr("tlk_test"))
    return _text(client, twelvelabs)


def a_key_by_position():
    import twelvelabs

    client = twelvelabs.TwelveLabs("tlk_test")
    return _text(client, twelvelabs)


def several_clients():
    import twelvelabs

    return [_text(twelvelabs.TwelveLabs(api_key="tlk_test"), twelvelabs) for _ in range(3)]


def a_method_that_is_kept():
    import twelvelabs

    client = twelvelabs.TwelveLabs(api_key="tlk_test")
    create = client.embed.v_2.create
    text = twelvelabs.TextInputRequest(input_text="a dog")
    return create(input_type="text", model_name="marengo3.0", text=text).data[0].embedding[:3]


def a_client_that_is_mocked():
    from unittest.mock import MagicMock, patch

    import twelvelabs

    with patch.object(twelvelabs, "TwelveLabs") as made:
        made.return_value.embed.v_2.create.return_value = MagicMock(
            data=[twelvelabs.EmbeddingData(embedding=[1.0])]
        )
        return _text(twelvelabs.TwelveLabs(api_key="x"), twelvelabs)


def methods_that_a_test_replaces():
    from unittest.mock import patch

    import twelvelabs

    client = twelvelabs.TwelveLabs(api_key="tlk_test")
    response = twelvelabs.EmbeddingSuccessResponse(
        data=[twelvelabs.EmbeddingData(embedding=[0.5, 1.0])]
    )
    with (
        patch.object(client.embed.v_2, "create", return_value=response),
        patch.object(client.embed.v_2.tasks, "retrieve", return_value="task"),
        patch.object(client.assets, "retrieve", return_value="asset"),
        patch.object(client.multipart_upload, "upload_file", return_value="uploaded"),
        patch.object(client.embed.v_2.with_raw_response, "create", return_value="raw"),
    ):
        return [
            _text(client, twelvelabs),
            client.embed.v_2.tasks.retrieve("t1"),
            client.assets.retrieve("a1"),
            client.multipart_upload.upload_file("film.mp4"),
            client.embed.v_2.with_raw_response.create(),
        ]


def a_method_that_is_set():
    import twelvelabs

    client = twelvelabs.TwelveLabs(api_key="tlk_test")
    client.embed.v_2.create = lambda **_: twelvelabs.EmbeddingSuccessResponse(
        data=[twelvelabs.EmbeddingData(embedding=[0.5])]
    )
    return _text(client, twelvelabs)


def the_raw_response():
    import twelvelabs

    client = twelvelabs.TwelveLabs(api_key="tlk_test")
    response = client.embed.v_2.with_raw_response.create(
        input_type="text",
        model_name="marengo3.0",
        text=twelvelabs.TextInputRequest(input_text="a dog"),
    )
    return [len(response.data.data), "content-type" in response.headers]


async def the_raw_response_awaited():
    import twelvelabs

    async with twelvelabs.AsyncTwelveLabs(api_key="tlk_test") as client:
        response = await client.embed.v_2.with_raw_response.create(
            input_type="text",
            model_name="marengo3.0",
            text=twelvelabs.TextInputRequest(input_text="a dog"),
        )
    return [len(response.data.data), "content-type" in response.headers]


def a_redirect():
    import twelvelabs

    os.environ["TWELVELABS_BASE_URL"] = f"{os.environ['TEST_SERVER']}/moved/v1.3"
    client = twelvelabs.TwelveLabs(api_key="tlk_test", follow_redirects=True)
    return _text(client, twelvelabs)


def a_redirect_to_another_host():
    import twelvelabs

    os.environ["TWELVELABS_BASE_URL"] = f"{os.environ['TEST_SERVER']}/elsewhere/v1.3"
    client = twelvelabs.TwelveLabs(api_key="tlk_test", follow_redirects=True)
    try:
        return _text(client, twelvelabs)
    except Exception as error:
        return getattr(error, "status_code", None)
