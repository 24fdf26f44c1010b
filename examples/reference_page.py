"""The three examples of the reference page "Create sync embeddings"; only the import lines differ.

Run it against the emulator:

    twelvelabs-embed emulator --port 8321 &
    export TWELVELABS_BASE_URL=http://127.0.0.1:8321/v1.3 TWELVELABS_API_KEY=any
    python examples/reference_page.py IMAGE_URL VIDEO_URL
"""

import sys

from twelvelabs_embed import (
    EmbeddingSuccessResponse,
    ImageInputRequest,
    MediaSource,
    TextInputRequest,
    TwelveLabs,
    VideoInputRequest,
)

image_url, video_url = sys.argv[1:]
client = TwelveLabs()


def show(response: EmbeddingSuccessResponse) -> None:
    print(f"Number of embeddings: {len(response.data)}")
    for embedding_data in response.data:
        print(f"Embedding dimensions: {len(embedding_data.embedding)}")
        print(f"First 10 values: {embedding_data.embedding[:10]}")


show(
    client.embed.v_2.create(
        input_type="text",
        model_name="marengo3.0",
        text=TextInputRequest(
            input_text="a man walks his dog along the beach",
        ),
    )
)

show(
    client.embed.v_2.create(
        input_type="image",
        model_name="marengo3.0",
        image=ImageInputRequest(
            media_source=MediaSource(
                url=image_url,
            ),
        ),
    )
)

show(
    client.embed.v_2.create(
        input_type="video",
        model_name="marengo3.0",
        video=VideoInputRequest(
            media_source=MediaSource(
                url=video_url,
            ),
        ),
    )
)
