"""The three examples of the reference page "Create sync embeddings"; only the import lines differ.

    python examples/reference_page.py

Without arguments it starts an emulator and serves a sample image and video. With two it sends your
URLs to the service that TWELVELABS_BASE_URL and TWELVE_LABS_API_KEY name:

    python examples/reference_page.py IMAGE_URL VIDEO_URL
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from tempfile import TemporaryDirectory

from twelvelabs_embed import (
    EmbeddingSuccessResponse,
    ImageInputRequest,
    MediaSource,
    TextInputRequest,
    TwelveLabs,
    VideoInputRequest,
)


def show(response: EmbeddingSuccessResponse) -> None:
    print(f"Number of embeddings: {len(response.data)}")
    for embedding_data in response.data:
        print(f"Embedding dimensions: {len(embedding_data.embedding)}")
        print(f"First 10 values: {embedding_data.embedding[:10]}")


def examples(client: TwelveLabs, image_url: str, video_url: str) -> None:
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


@contextmanager
def served_samples() -> Iterator[str]:
    """Serve a sample image and video on this machine; yield their base URL."""
    from twelvelabs_embed_emulator import samples

    with TemporaryDirectory() as folder:
        samples.image(f"{folder}/beach.jpg")
        samples.video(f"{folder}/film.mkv")
        handler = partial(SimpleHTTPRequestHandler, directory=folder)
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_address[1]}"
            server.shutdown()


match sys.argv[1:]:
    case []:
        from twelvelabs_embed_emulator import Emulator

        with (
            Emulator() as emulator,
            TwelveLabs(emulator.key, base_url=emulator.base_url) as client,
            served_samples() as address,
        ):
            examples(client, f"{address}/beach.jpg", f"{address}/film.mkv")
    case [image_url, video_url]:
        with TwelveLabs() as client:
            examples(client, image_url, video_url)
    case _:
        sys.exit("usage: python examples/reference_page.py [IMAGE_URL VIDEO_URL]")
