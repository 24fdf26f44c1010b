"""An embedding function of LanceDB, by the extra `[lancedb]`.

    from lancedb.pydantic import LanceModel, Vector
    from twelvelabs_embed.integrations.lancedb import TwelveLabsFunction

    function = TwelveLabsFunction.create(input_type="image", rpm=600)

    class Picture(LanceModel):
        path: str = function.SourceField()
        vector: Vector(function.ndims()) = function.VectorField()

    table = database.create_table("pictures", schema=Picture)
    table.add([{"path": "dog.jpg"}])
    table.search("a dog jumps").limit(3).to_list()

LanceDB writes the settings into the table, and makes the function again when the table is opened:
import this module before. It never writes a key: either the environment has it, or a variable of
its registry does, `create(api_key="$var:my_key")`. Nor can a table say where the key goes: requests
go to TWELVELABS_BASE_URL of the environment, otherwise to the public service.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from os import environ
from typing import TYPE_CHECKING, Any, Literal, cast

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed.client import BASE_URL_VARIABLE, KEY_VARIABLES, TwelveLabs
from twelvelabs_embed.inputs import Audio, AudioOption, EmbedInput, Image, Text, Video
from twelvelabs_embed.integrations._common import Embedder, own_client
from twelvelabs_embed.limits.tables import DEFAULT_MODEL
from twelvelabs_embed.results.vectors import Vectors
from twelvelabs_embed.validation.options import Dimension

if TYPE_CHECKING:
    from lancedb.embeddings import EmbeddingFunction, register
    from pydantic import SecretStr
else:
    _embeddings = import_extra("lancedb.embeddings", "lancedb")
    EmbeddingFunction, register = _embeddings.EmbeddingFunction, _embeddings.register
    from pydantic import SecretStr

__all__ = ["TwelveLabsFunction"]


@register("twelvelabs-embed")  # type: ignore[no-untyped-call]
class TwelveLabsFunction(EmbeddingFunction):
    """Embeds a column of texts, or of paths, links or bytes of media; one vector for each row.

    Make it by `TwelveLabsFunction.create(...)` or
    `get_registry().get("twelvelabs-embed").create(...)`. What one searches for is a text when it is
    a `str`, and otherwise an input, such as `Image("dog.jpg")`, or what `client.embed` takes.

    Attributes:
        model: the model's name
        dimension: how many numbers a vector shall have, 128, 256 or 512, with `marengo3.5`
        input_type: what the column holds: `text`, `image`, `audio` or `video`
        option: what a vector of a recording stands for: `visual`, `audio` or `transcription`;
            otherwise what is seen in a video, and the sounds of an audio file. The vector is that
            of the whole file
        concurrency: how many rows are under way at most
        rpm: requests a minute at most, of all functions with the same settings and counting retries
        api_key: `$var:NAME`, a variable of LanceDB's registry; otherwise the environment has it
        max_retries: LanceDB's own, which is not used: the client knows what may be sent again

    Raises:
        MissingDependencyError: lancedb is missing; the extra `lancedb` brings it (when imported)
    """

    model: str = DEFAULT_MODEL
    dimension: int | None = None
    input_type: Literal["text", "image", "audio", "video"] = "text"
    option: Literal["visual", "audio", "transcription"] | None = None
    concurrency: int = 16
    rpm: float | None = None
    api_key: SecretStr | None = None

    @staticmethod
    def sensitive_keys() -> list[str]:
        """Return the settings that LanceDB takes only by a variable of its registry."""
        return ["api_key"]

    def ndims(self) -> int:
        """Return how many numbers a vector has."""
        return self._embedder().dimensions

    def compute_source_embeddings(self, rows: Any, *_: Any, **__: Any) -> list[Vectors | None]:
        """Embed rows: a vector for each, shape (D,), float32, in their order; None if it is empty.

        Raises:
            TwelveLabsError: that of the first row that failed, of those with a value; a note at it
                names its index
        """
        values: Sequence[Any] = list(self.sanitize_input(rows))
        vectors = iter(self._embed([self._as_input(one) for one in values if one is not None]))
        return [None if one is None else next(vectors) for one in values]

    def compute_query_embeddings(self, query: EmbedInput, *_: Any, **__: Any) -> list[Any]:
        """Embed a query: its vector, shape (D,), float32, in a list.

        Raises:
            TwelveLabsError: it failed
        """
        return self._embed([query])

    # LanceDB would try again whatever failed, for minutes; the client has done what makes sense.
    def compute_source_embeddings_with_retry(self, *args: Any, **kwargs: Any) -> Any:
        """`compute_source_embeddings`: the client has its own retries."""
        return self.compute_source_embeddings(*args, **kwargs)

    def compute_query_embeddings_with_retry(self, *args: Any, **kwargs: Any) -> Any:
        """`compute_query_embeddings`: the client has its own retries."""
        return self.compute_query_embeddings(*args, **kwargs)

    def _as_input(self, value: Any) -> EmbedInput:
        match self.input_type:
            case "text":
                return Text(value)
            case "image":
                return Image(value)
            case "audio":
                # `visual` is rejected, with the options that there are.
                option = cast(AudioOption, self.option or "audio")
                return Audio(value, options=option, scopes="asset")
            case "video":
                return Video(value, options=self.option or "visual", scopes="asset")

    def _embed(self, inputs: Sequence[EmbedInput]) -> list[Vectors]:
        variables = [environ.get(name, "") for name in (*KEY_VARIABLES, BASE_URL_VARIABLE)]
        client = _client(self.api_key, tuple(map(SecretStr, variables)))
        return self._embedder().embed(client, inputs)

    def _embedder(self) -> Embedder:
        return _embedder(self.model, self.dimension, self.concurrency, self.rpm)


# LanceDB makes a function anew with each table. Connections and quotas last longer than that.
@lru_cache(maxsize=16)
def _client(api_key: SecretStr | None, environment: tuple[SecretStr, ...]) -> TwelveLabs:
    return own_client(_client, api_key.get_secret_value() if api_key else None)


@lru_cache(maxsize=64)
def _embedder(model: str, dimension: int | None, concurrency: int, rpm: float | None) -> Embedder:
    # Any number, since a model that is not known here may have others.
    return Embedder(model, cast("Dimension | None", dimension), concurrency, rpm)
