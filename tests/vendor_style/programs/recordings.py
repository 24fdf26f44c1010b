"""Audio and video."""

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


def audio_in_segments():
    from twelvelabs import (
        AudioInputRequest,
        AudioSegmentation,
        AudioSegmentationFixed,
        MediaSource,
        TwelveLabs,
    )

    client = TwelveLabs(api_key="tlk_test")
    response = client.embed.v_2.create(
        input_type="audio",
        model_name="marengo3.0",
        audio=AudioInputRequest(
            media_source=MediaSource(base_64_string=_base64("talk.mp3")),
            segmentation=AudioSegmentation(
                strategy="fixed", fixed=AudioSegmentationFixed(duration_sec=3)
            ),
            embedding_option=["audio", "transcription"],
            embedding_scope=["clip"],
        ),
    )
    return [_rows(response), response.metadata.duration]


def audio_in_segments_as_dicts():
    from twelvelabs import AudioInputRequest, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    response = client.embed.v_2.create(
        input_type="audio",
        model_name="marengo3.0",
        audio=AudioInputRequest(
            media_source={"base_64_string": _base64("talk.mp3")},
            segmentation={"strategy": "fixed", "fixed": {"duration_sec": 3}},
            embedding_scope=("clip",),
        ),
    )
    return _rows(response)


def a_video_by_url():
    from twelvelabs import MediaSource, TwelveLabs, VideoInputRequest

    client = TwelveLabs(api_key="tlk_test")
    response = client.embed.v_2.create(
        input_type="video",
        model_name="marengo3.0",
        video=VideoInputRequest(media_source=MediaSource(url=os.environ["VIDEO_URL"])),
    )
    return _rows(response)


def a_video_in_fixed_segments():
    from twelvelabs import (
        MediaSource,
        TwelveLabs,
        VideoInputRequest,
        VideoSegmentation_Fixed,
        VideoSegmentationFixedFixed,
    )

    client = TwelveLabs(api_key="tlk_test")
    response = client.embed.v_2.create(
        input_type="video",
        model_name="marengo3.0",
        video=VideoInputRequest(
            media_source=MediaSource(base_64_string=_base64("film.mp4")),
            embedding_option=["visual", "audio", "transcription"],
            embedding_scope=["clip", "asset"],
            embedding_type=["separate_embedding", "fused_embedding"],
            segmentation=VideoSegmentation_Fixed(fixed=VideoSegmentationFixedFixed(duration_sec=3)),
        ),
    )
    whole = [row.embedding[:3] for row in response.data if row.embedding_scope == "asset"]
    clips = [
        {"start": float(row.start_sec or 0), "end": float(row.end_sec or 0)}
        for row in response.data
        if row.embedding_scope == "clip" and row.embedding_option == "fused"
    ]
    return [whole, clips, response.metadata.clip_length]


def a_video_in_dynamic_segments():
    from twelvelabs import (
        MediaSource,
        TwelveLabs,
        VideoInputRequest,
        VideoSegmentation_Dynamic,
        VideoSegmentationDynamicDynamic,
    )

    client = TwelveLabs(api_key="tlk_test")
    response = client.embed.v_2.create(
        input_type="video",
        model_name="marengo3.0",
        video=VideoInputRequest(
            media_source=MediaSource(base_64_string=_base64("film.mp4")),
            segmentation=VideoSegmentation_Dynamic(
                dynamic=VideoSegmentationDynamicDynamic(min_duration_sec=2)
            ),
            embedding_option=["visual"],
        ),
    )
    return _rows(response)


def a_video_with_a_segmentation_as_a_dict():
    from twelvelabs import MediaSource, TwelveLabs, VideoInputRequest

    client = TwelveLabs(api_key="tlk_test")
    response = client.embed.v_2.create(
        input_type="video",
        model_name="marengo3.0",
        video=VideoInputRequest(
            media_source=MediaSource(base_64_string=_base64("film.mp4")),
            segmentation={"strategy": "fixed", "fixed": {"duration_sec": 2}},
            embedding_option=["visual"],
            embedding_scope=["clip"],
        ),
    )
    return _rows(response)


def a_video_as_plain_dicts():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    response = client.embed.v_2.create(
        input_type="video",
        model_name="marengo3.0",
        video={
            "media_source": {"url": os.environ["VIDEO_URL"]},
            "embedding_option": ["visual"],
            "embedding_scope": ["clip"],
        },
    )
    return _rows(response)


def a_helper_that_passes_none():
    from twelvelabs import MediaSource, TwelveLabs, VideoInputRequest

    def embed(start=None, end=None, options=None, scopes=None, segmentation=None):
        video = VideoInputRequest(
            media_source=MediaSource(url=os.environ["VIDEO_URL"], asset_id=None),
            start_sec=start,
            end_sec=end,
            embedding_option=options,
            embedding_scope=scopes,
            segmentation=segmentation,
        )
        return client.embed.v_2.create(input_type="video", model_name="marengo3.0", video=video)

    client = TwelveLabs(api_key="tlk_test")
    return [_rows(embed()), _rows(embed(start=1.0, end=5.0, scopes=["asset"]))]


def only_what_was_given_is_sent():
    from twelvelabs import AudioInputRequest, MediaSource, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    audio = AudioInputRequest(media_source=MediaSource(base_64_string=_base64("talk.mp3")))
    return len(
        client.embed.v_2.create(input_type="audio", model_name="marengo3.0", audio=audio).data
    )


def one_vector_for_a_clip():
    from twelvelabs import MediaSource, TwelveLabs, VideoInputRequest

    client = TwelveLabs(api_key="tlk_test")
    with open("film.mp4", "rb") as file:
        asset = client.assets.create(method="direct", file=file)
    while client.assets.retrieve(asset.id).status == "processing":
        pass
    response = client.embed.v_2.create(
        input_type="video",
        model_name="marengo3.0",
        video=VideoInputRequest(
            media_source=MediaSource(asset_id=asset.id),
            embedding_option=["visual", "audio"],
            embedding_scope=["asset"],
            embedding_type=["fused_embedding"],
        ),
    )
    return [response.data[0].embedding, response.data[0].embedding_option]


def metadata_of_a_video():
    from twelvelabs import (
        EmbeddingMediaMetadata_Video,
        MediaSource,
        TwelveLabs,
        VideoInputRequest,
    )

    client = TwelveLabs(api_key="tlk_test")
    metadata = client.embed.v_2.create(
        input_type="video",
        model_name="marengo3.0",
        video=VideoInputRequest(
            media_source=MediaSource(url=os.environ["VIDEO_URL"]), embedding_scope=["asset"]
        ),
    ).metadata
    if metadata is None or metadata.input_type != "video":
        return None
    return [
        isinstance(metadata, EmbeddingMediaMetadata_Video),
        metadata.duration,
        metadata.embedding_options,
        metadata.embedding_scopes,
        metadata.clip_length,
        metadata.start_offset_sec,
    ]


def an_option_that_is_no_list():
    from twelvelabs import MediaSource, VideoInputRequest

    try:
        VideoInputRequest(
            media_source=MediaSource(url=os.environ["VIDEO_URL"]), embedding_option="visual"
        )
    except ValueError as error:
        return "embedding_option" in str(error)
    return "accepted"


def a_class_without_what_it_needs():
    from twelvelabs import AudioSegmentationFixed, ImageInputRequest

    found = []
    for make in (AudioSegmentationFixed, ImageInputRequest):
        try:
            make()
        except (TypeError, ValueError) as error:
            found.append("duration_sec" in str(error) or "media_source" in str(error))
    return found


def a_field_that_there_is_not():
    from twelvelabs import BadRequestError, MediaSource, TwelveLabs, VideoInputRequest

    client = TwelveLabs(api_key="tlk_test")
    try:
        video = VideoInputRequest(
            media_source=MediaSource(url=os.environ["VIDEO_URL"]), embedding_options=["visual"]
        )
        client.embed.v_2.create(input_type="video", model_name="marengo3.0", video=video)
    except (BadRequestError, TypeError, ValueError) as error:
        return [type(error).__name__, "embedding_options" in str(error)]
    return "accepted"


def numbers_of_other_libraries():
    import numpy as np
    from twelvelabs import (
        AudioInputRequest,
        AudioSegmentation,
        AudioSegmentationFixed,
        MediaSource,
        TwelveLabs,
    )

    client = TwelveLabs(api_key="tlk_test")
    rows = []
    for duration_sec in (np.int64(4), 4.0, "4"):
        segmentation = AudioSegmentation(
            strategy="fixed", fixed=AudioSegmentationFixed(duration_sec=duration_sec)
        )
        audio = AudioInputRequest(
            media_source=MediaSource(base_64_string=_base64("talk.mp3")),
            start_sec=np.float32(1),
            end_sec=np.int32(6),
            segmentation=segmentation,
            embedding_option=["audio"],
        )
        response = client.embed.v_2.create(input_type="audio", model_name="marengo3.0", audio=audio)
        rows += _rows(response)
        rows += [repr(segmentation.fixed.duration_sec), repr(audio.start_sec), repr(audio.end_sec)]
    return rows
