"""Errors, and code that catches them."""

import os
import socket

from tests.vendor_style.running import given


def a_model_that_there_is_not():
    from twelvelabs import BadRequestError, TextInputRequest, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    try:
        client.embed.v_2.create(
            input_type="text",
            model_name="marengo0.1",
            text=TextInputRequest(input_text="a dog"),
        )
    except BadRequestError as error:
        return [error.status_code, error.body["error"]["code"], type(error.headers).__name__ != ""]


def a_text_that_is_too_long():
    from twelvelabs import TextInputRequest, TwelveLabs
    from twelvelabs.core.api_error import ApiError

    client = TwelveLabs(api_key="tlk_test")
    try:
        client.embed.v_2.create(
            input_type="text",
            model_name="marengo3.0",
            text=TextInputRequest(input_text="word " * 501),
        )
    except ApiError as error:
        return [error.status_code, error.body["error"]["code"], "400" in str(error)]


def a_part_that_is_missing():
    from twelvelabs import TwelveLabs
    from twelvelabs.errors import BadRequestError

    client = TwelveLabs(api_key="tlk_test")
    try:
        client.embed.v_2.create(input_type="text", model_name="marengo3.0")
    except BadRequestError as error:
        return [error.status_code, error.body["error"]["code"]]


def a_part_that_does_not_fit():
    from twelvelabs import TextInputRequest, TwelveLabs
    from twelvelabs.core.api_error import ApiError

    client = TwelveLabs(api_key="tlk_test")
    try:
        client.embed.v_2.create(
            input_type="image", model_name="marengo3.0", text=TextInputRequest(input_text="a dog")
        )
    except ApiError as error:
        return error.status_code


def an_input_type_that_there_is_not():
    from twelvelabs import TwelveLabs
    from twelvelabs.core import ApiError

    client = TwelveLabs(api_key="tlk_test")
    try:
        client.embed.v_2.create(input_type="smell", model_name="marengo3.0")
    except ApiError as error:
        return error.status_code


def a_task_without_its_part():
    from twelvelabs import TwelveLabs
    from twelvelabs.errors.bad_request_error import BadRequestError

    client = TwelveLabs(api_key="tlk_test")
    try:
        client.embed.v_2.tasks.create(input_type="video", model_name="marengo3.0")
    except BadRequestError as error:
        return error.status_code


def an_empty_media_source():
    from twelvelabs import ImageInputRequest, MediaSource, TwelveLabs
    from twelvelabs.core.api_error import ApiError

    client = TwelveLabs(api_key="tlk_test")
    try:
        client.embed.v_2.create(
            input_type="image",
            model_name="marengo3.0",
            image=ImageInputRequest(media_source=MediaSource()),
        )
    except ApiError as error:
        return error.status_code


def a_link_to_a_file_that_is_broken():
    from twelvelabs import MediaSource, TwelveLabs, VideoInputRequest
    from twelvelabs.core.api_error import ApiError

    client = TwelveLabs(api_key="tlk_test")
    try:
        client.embed.v_2.create(
            input_type="video",
            model_name="marengo3.0",
            video=VideoInputRequest(media_source=MediaSource(url=os.environ["BROKEN_URL"])),
        )
    except ApiError as error:
        return [error.status_code, error.body["error"]["code"]]


def a_key_that_is_not_accepted():
    from twelvelabs import TextInputRequest, TwelveLabs
    from twelvelabs.core.api_error import ApiError

    client = TwelveLabs(api_key="tlk_wrong")
    try:
        client.embed.v_2.create(
            input_type="text", model_name="marengo3.0", text=TextInputRequest(input_text="a dog")
        )
    except ApiError as error:
        return [error.status_code, error.body["code"]]


@given(faults="429")
def a_limit_that_is_reached():
    from twelvelabs import TextInputRequest, TwelveLabs
    from twelvelabs.errors.too_many_requests_error import TooManyRequestsError

    client = TwelveLabs(api_key="tlk_test")
    try:
        client.embed.v_2.create(
            input_type="text",
            model_name="marengo3.0",
            text=TextInputRequest(input_text="a dog"),
            request_options={"max_retries": 0},
        )
    except TooManyRequestsError as error:
        return [error.status_code, int(error.headers.get("retry-after", "60")) > 0]


@given(faults="503*2,pass*9")
def a_service_that_fails_for_a_moment():
    from twelvelabs import TextInputRequest, TwelveLabs
    from twelvelabs.core.api_error import ApiError

    client = TwelveLabs(api_key="tlk_test")
    try:
        response = client.embed.v_2.create(
            input_type="text", model_name="marengo3.0", text=TextInputRequest(input_text="a dog")
        )
    except ApiError as error:
        return error.status_code
    return len(response.data)


@given(faults="503*9")
def a_service_that_fails():
    from twelvelabs import ServiceUnavailableError, TextInputRequest, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    try:
        client.embed.v_2.create(
            input_type="text",
            model_name="marengo3.0",
            text=TextInputRequest(input_text="a dog"),
            request_options={"max_retries": 0},
        )
    except ServiceUnavailableError as error:
        return error.status_code


def a_server_that_is_not_there():
    import httpx
    from twelvelabs import TextInputRequest, TwelveLabs

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        os.environ["TWELVELABS_BASE_URL"] = f"http://127.0.0.1:{taken.getsockname()[1]}/v1.3"
        client = TwelveLabs(api_key="tlk_test")
        try:
            client.embed.v_2.create(
                input_type="text",
                model_name="marengo3.0",
                text=TextInputRequest(input_text="a dog"),
                request_options={"max_retries": 0},
            )
        except httpx.HTTPError:
            return "httpx.HTTPError"
        except Exception as error:
            return type(error).__name__


def errors_made_in_a_test():
    from twelvelabs import BadRequestError, TooManyRequestsError
    from twelvelabs.core.api_error import ApiError

    limit = TooManyRequestsError(body={"code": "too_many_requests"}, headers={"retry-after": "2"})
    wrong = BadRequestError({"error": {"code": "parameter_invalid"}})
    other = ApiError(status_code=418, body="teapot")
    return [
        [error.status_code, error.headers or {}, error.body, isinstance(error, ApiError)]
        for error in (limit, wrong, other)
    ]


def an_error_as_text():
    from twelvelabs import NotFoundError, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    try:
        client.assets.retrieve("6298d673f1090f1100476d4c")
    except NotFoundError as error:
        return ["404" in str(error), "resource_not_exist" in str(error)]


def a_wrong_key_in_a_dict():
    from twelvelabs import BadRequestError, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    try:
        client.embed.v_2.create(
            input_type="text", model_name="marengo3.0", text={"input_texts": "a dog"}
        )
    except BadRequestError as error:
        return [error.status_code, "input_texts" in str(error)]


def a_wrong_value_in_a_dict():
    from twelvelabs import TwelveLabs
    from twelvelabs.core.api_error import ApiError

    client = TwelveLabs(api_key="tlk_test")
    video = {"media_source": {"url": os.environ["VIDEO_URL"]}, "embedding_option": "visual"}
    try:
        client.embed.v_2.create(input_type="video", model_name="marengo3.0", video=video)
    except ApiError as error:
        return error.status_code
