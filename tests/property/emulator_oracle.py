"""What the checks and the emulator are both asked about: files of every kind, and the asking."""

import base64
import io
import json
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import httpx
from hypothesis import HealthCheck, Phase, settings
from PIL import Image as Pillow
from twelvelabs_embed_emulator import samples

from tests.validation.media_files import image_bytes, wav_bytes

# The same cases each time, or nearly: a run must not fail for another reason than a change.
DETERMINISTIC = settings(
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
MIB = 1 << 20


# -------------------------------------------------------------------------------------------- media


new_frame: Any = av.VideoFrame.from_image


def titled(sound: bytes, title: bytes) -> bytes:
    """A WAV with its title in front of the sound."""
    padded = title + bytes(2 - len(title) % 2)
    info = b"INFOINAM" + len(padded).to_bytes(4, "little") + padded
    chunk = b"LIST" + len(info).to_bytes(4, "little") + info
    whole = sound[8:36] + chunk + sound[36:]
    return b"RIFF" + len(whole).to_bytes(4, "little") + whole


def film(form: str, size: tuple[int, int], seconds: tuple[int, ...] = (0, 1)) -> bytes:
    """Plain pictures, each shown for a second, at the `seconds` that are given."""
    rate_hz = 25 if form == "mpegts" else 1
    file = io.BytesIO()
    with av.open(file, "w", format=form) as container:
        codec = "mpeg2video" if form == "mpegts" else "mpeg4"
        stream: Any = container.add_stream(codec, rate=rate_hz)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for second in seconds:
            frame = new_frame(Pillow.new("RGB", size, (second * 40 % 256, 90, 90)))
            frame.pts, frame.time_base = second, Fraction(1)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def make_samples(folder: Path) -> dict[str, bytes]:
    """Good files of every kind, and one for each thing that can be wrong."""
    jpeg = samples.image(folder / "a.jpg", scene="station").read_bytes()
    mp3 = samples.audio(folder / "a.mp3", duration_sec=3).read_bytes()
    flac = samples.audio(folder / "a.flac", duration_sec=12, kind="waves").read_bytes()
    small: Any = {"duration_sec": 3, "fps": 4, "width": 360, "height": 360, "scenes": 1}
    mkv = samples.video(folder / "a.mkv", **small).read_bytes()
    mp4 = samples.video(folder / "a.mp4", **small, subtitles=None).read_bytes()
    silent = samples.video(folder / "b.mkv", **small, sound=False, subtitles=None).read_bytes()
    ripped = samples.audio(folder / "a.m4a", duration_sec=3).read_bytes()
    large_jpeg = jpeg + bytes(5 * MIB - len(jpeg))
    return {
        # images
        "jpeg": jpeg,
        "png": image_bytes((300, 200), "PNG"),
        "png of 128x128": image_bytes((128, 128), "PNG"),
        "png of 127x300": image_bytes((127, 300), "PNG"),
        "jpeg of 300x127": image_bytes((300, 127), "JPEG"),
        "gif": image_bytes((400, 400), "GIF"),
        "webp": image_bytes((400, 400), "WEBP"),
        "bmp": image_bytes((130, 130), "BMP"),
        "jpeg of 5 MB": large_jpeg,
        "jpeg of 5 MB and a byte": large_jpeg + b"\0",
        "jpeg cut off": jpeg[: len(jpeg) // 2],
        "png cut off": image_bytes((300, 200), "PNG")[:200],
        # sound
        "wav": wav_bytes(3, 2000),
        "wav with a title in Latin-1": titled(wav_bytes(3, 2000), "caf\xe9".encode("latin-1")),
        "wav of 10 min": wav_bytes(600, 2000),
        "wav of 10 min and a moment": wav_bytes(600.01, 2000),
        "wav without sound": wav_bytes(0, 2000),
        "wav cut off": wav_bytes(3, 2000)[:6000],
        "wav behind a wrong length": wav_bytes(3, 2000)[:4] + bytes(4) + wav_bytes(3, 2000)[8:],
        "mp3": mp3,
        "mp3 behind junk": b"\x80" * 99 + mp3,
        "mp3 cut off": mp3[: len(mp3) // 2],
        "flac": flac,
        "flac cut off": flac[: len(flac) // 2],
        "m4a": ripped,
        "ogg": samples.audio(folder / "a.ogg", duration_sec=3).read_bytes(),
        # video
        "mkv": mkv,
        "mp4": mp4,
        "mkv without sound": silent,
        "avi": film("avi", (360, 360)),
        "transport stream": film("mpegts", (480, 360)),
        "360x864": film("matroska", (360, 864)),
        "358x360": film("matroska", (358, 360)),
        "866x360": film("matroska", (866, 360)),
        "5184x2160": film("matroska", (5184, 2160)),
        "2162x2400": film("matroska", (2162, 2400)),
        "10 min": film("matroska", (360, 360), (0, 300, 599)),
        "10 min and a second": film("matroska", (360, 360), (0, 300, 600)),
        "mp4 cut off": mp4[: len(mp4) // 2],
        "mkv cut off": silent[: len(silent) // 2],
        # others
        "nothing": b"",
        "zeros": bytes(2000),
        "text": b"a man walks his dog\n" * 20,
        "page": b"<!DOCTYPE html><html><body>not found</body></html>",
        "playlist": b"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\na.ts\n#EXT-X-ENDLIST\n",
        "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
    }


# ------------------------------------------------------------------------------------------ judging


class Judge:
    """The emulator, asked with plain HTTP."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def rejection(self, input_type: str, section: dict[str, Any]) -> str | None:
        """What the emulator says against a request; None when it accepts it."""
        return self.rejection_of(_body(input_type, section))

    def task_rejection(self, input_type: str, section: dict[str, Any]) -> str | None:
        """The same of a task."""
        return self.task_rejection_of(_body(input_type, section))

    def rejection_of(self, body: dict[str, Any]) -> str | None:
        """The same of a whole request."""
        response = self._http.post("/embed-v2", content=json.dumps(body), headers=_HEADERS)
        if response.status_code == 200:
            return None
        assert response.status_code in (400, 413), response.text
        return response.text

    def task_rejection_of(self, body: dict[str, Any]) -> str | None:
        """What the emulator says against a task, at once or when it has worked on it."""
        created = self._http.post("/embed-v2/tasks", content=json.dumps(body), headers=_HEADERS)
        if created.status_code != 202:
            assert created.status_code in (400, 413), created.text
            return created.text
        path = f"/embed-v2/tasks/{created.json()['_id']}"
        while (task := self._http.get(path, headers=_HEADERS).json())["status"] == "processing":
            time.sleep(0.01)  # the emulator really works meanwhile
        return str(task["error"]["message"]) if task["status"] == "failed" else None


_HEADERS = {"content-type": "application/json", "x-api-key": "any"}


def _body(input_type: str, section: dict[str, Any]) -> dict[str, Any]:
    # Written by hand: neither the wrapper's client nor its checks have a part in it.
    return {"input_type": input_type, "model_name": "marengo3.0", input_type: section}


def encoded(data: bytes) -> dict[str, str]:
    return {"base64_string": base64.b64encode(data).decode()}
