"""The quota: requests, tokens and minutes of media, by the emulator's clock."""

from collections import deque

import pytest
from twelvelabs_embed_emulator import Emulator
from twelvelabs_embed_emulator.contract.errors import ApiError
from twelvelabs_embed_emulator.state.quota import Quota, _Window

from tests.emulator.helpers import create_task, error, inline, request_body

TEXT = request_body("text", input_text="a dog on the beach")


def send(client, body=TEXT, path="/embed-v2"):
    return client.post(path, json=body)


def quota_of(response):
    return {
        name.removeprefix("x-ratelimit-"): value
        for name, value in response.headers.items()
        if name.startswith("x-ratelimit-")
    }


def test_more_requests_than_allowed_are_rejected_until_a_minute_has_passed(start):
    emulator, client = start(rpm=3)
    assert [send(client).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    rejected = send(client)
    status, code, message = error(rejected)
    assert (status, code) == (429, "too_many_requests")
    assert message.startswith("rpm: ")
    delay_sec = int(rejected.headers["retry-after"])
    assert 1 <= delay_sec <= 60
    emulator.advance(seconds=delay_sec)
    assert send(client).status_code == 200


def test_the_window_slides(start):
    emulator, client = start(rpm=2)
    send(client)
    emulator.advance(seconds=40)
    send(client)
    assert send(client).status_code == 429
    emulator.advance(seconds=21)  # the first one is a minute ago, the second is not
    assert send(client).status_code == 200
    assert send(client).status_code == 429


def test_retry_after_is_when_the_last_limit_has_something_left():
    now_ms = 0
    quota = Quota(lambda: now_ms, rpm=2, tpm=10, minutes_per_hour=1)

    def rejection() -> tuple[str, str]:
        with pytest.raises(ApiError) as caught:
            quota.acquire()
        assert caught.value.headers is not None
        return caught.value.message.partition(":")[0], caught.value.headers["retry-after"]

    quota.acquire()
    now_ms = 10_000
    quota.acquire()
    quota.charge({"text": 4})
    now_ms = 20_001
    assert rejection() == ("rpm", "40")  # 39.999 s
    now_ms = 20_900
    assert rejection() == ("rpm", "40")  # 39.1 s, and no second less than it takes
    quota.charge({"text": 8})
    assert rejection() == ("tpm", "50")  # the four are gone after 50 s, and then two are left
    now_ms = 59_999
    assert rejection()[0] == "tpm"
    now_ms = 69_999
    assert rejection() == ("tpm", "1")  # a millisecond
    now_ms = 70_000  # a minute after the four, and after the second request
    quota.acquire()
    assert quota.headers() | {"x-ratelimit-token-remaining": "2"} == quota.headers()
    quota.charge({"audio": 25 * 60})  # a minute of sound, and far too many tokens
    assert rejection() == ("minutes_per_hour", "3600")
    now_ms = 70_000 + 3_600_000
    quota.acquire()
    quota.charge({"video": 64 * 30})  # half a minute of video
    remaining = {name: value for name, value in quota.headers().items() if "remaining" in name}
    assert remaining == {
        "x-ratelimit-request-remaining": "1",
        "x-ratelimit-token-remaining": "0",
        "x-ratelimit-duration-remaining": "0",
    }
    quota.reset()
    assert quota.headers()["x-ratelimit-duration-remaining"] == "1"


def test_something_is_left_when_less_than_the_limit_was_accepted():
    log = deque([(0, 2), (1000, 4), (2000, 6)])
    window = _Window("Token", 10, 60_000, log)
    # Without the two, ten of ten are left over; without the four, there are six.
    assert window.delay_ms(2000) == 60_000 + 1000 - 2000
    assert window.delay_ms(60_000) == 1000
    assert window.delay_ms(61_000) == 0


def test_each_response_says_how_much_is_left(start):
    _, client = start(rpm=2, tpm=1000, minutes_per_hour=60)
    expected = {"dimensions": "Duration,Request,Token", "duration-limit": "60"}
    expected |= {"duration-remaining": "60", "request-limit": "2", "token-limit": "1000"}
    left = {"request-remaining": "1", "token-remaining": "995"}
    assert quota_of(send(client)) == expected | left
    invalid = send(client, request_body("text"))
    assert invalid.status_code == 400
    assert quota_of(invalid)["request-remaining"] == "0"
    assert quota_of(send(client))["request-remaining"] == "0"


def test_tokens_count_when_they_are_known(start):
    emulator, client = start(tpm=5)
    assert send(client).status_code == 200  # exactly five words
    status, _, message = error(send(client))
    assert status == 429
    assert message.startswith("tpm: ")
    emulator.advance(minutes=1)
    assert send(client, request_body("text", input_text="word " * 400)).status_code == 200
    assert send(client).status_code == 429


def test_minutes_of_media_count_for_an_hour(start, sample):
    emulator, client = start(minutes_per_hour=0.5)
    talk = inline(sample("audio", ".wav", duration_sec=12))
    body = request_body("audio", media_source=talk)
    assert [send(client, body).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert send(client).status_code == 429  # also texts: the limit is reached
    rejected = send(client, body)
    assert 60 < int(rejected.headers["retry-after"]) <= 3600
    emulator.advance(hours=1)
    assert send(client, body).status_code == 200


def test_images_count_as_so_many_tokens(start, sample):
    _, client = start(tpm=1000)
    image = inline(sample("image", ".jpg", width=160, height=160))
    of_image = send(client, request_body("image", media_source=image))
    assert quota_of(of_image)["token-remaining"] == "744"
    both = request_body("text_image", media_source=image, input_text="a dog on the beach")
    assert quota_of(send(client, both))["token-remaining"] == str(744 - 256 - 5)
    source = {"media_type": "image", **image}
    combined = request_body("multi_input", media_sources=[source], input_text="a dog")
    assert quota_of(send(client, combined))["token-remaining"] == str(483 - 256 - 2)


def test_a_task_that_is_rejected_does_not_exist(start, sample):
    _, client = start(rpm=1)
    talk = inline(sample("audio", ".wav", duration_sec=12))
    create_task(client, "audio", media_source=talk)
    body = request_body("audio", media_source=talk)
    assert error(send(client, body, "/embed-v2/tasks"))[:2] == (429, "too_many_requests")
    assert client.get("/embed-v2/tasks").json()["page_info"]["total_results"] == 1


def test_the_media_of_tasks_counts(start, sample):
    emulator, client = start(minutes_per_hour=0.1)
    create_task(client, "audio", media_source=inline(sample("audio", ".wav", duration_sec=12)))
    emulator.wait_until_idle()
    assert send(client).status_code == 429


def test_other_operations_do_not_count(start):
    _, client = start(rpm=1)
    for _ in range(3):
        response = client.get("/embed-v2/tasks")
        assert response.status_code == 200
        assert not quota_of(response)
    assert send(client).status_code == 200


def test_a_request_with_a_wrong_query_counts(start):
    _, client = start(rpm=1)
    assert send(client, path="/embed-v2?colour=red").status_code == 400
    assert send(client).status_code == 429


def test_requests_without_a_key_do_not_count(start):
    _, client = start(rpm=1)
    assert client.post("/embed-v2", json=TEXT, headers={"x-api-key": ""}).status_code == 401
    assert send(client).status_code == 200


def test_there_is_no_quota_by_default(client):
    response = send(client)
    assert (response.status_code, quota_of(response)) == (200, {})


@pytest.mark.parametrize("name", ["rpm", "tpm", "minutes_per_hour"])
@pytest.mark.parametrize("value", [0, -1, float("nan")])
def test_a_quota_is_greater_than_zero(name, value):
    with pytest.raises(ValueError, match=name):
        Emulator(**{name: value})
