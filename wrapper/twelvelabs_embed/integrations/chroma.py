"""An embedding function of Chroma, by the extra `[chroma]`.

    import chromadb
    from twelvelabs_embed.integrations.chroma import TwelveLabsFunction

    client = chromadb.PersistentClient("store")
    films = client.create_collection("films", embedding_function=TwelveLabsFunction(rpm=600))
    films.add(ids=["1", "2"], documents=["a dog jumps", "a car drives"])
    films.query(query_texts=["an animal"], n_results=1)

Chroma writes the settings into the collection, and makes the function again from them where this
module was imported before. They hold the name of the variable of the environment that has the key,
never the key; and nothing that says where the key goes: requests go to TWELVELABS_BASE_URL of the
environment, otherwise to the public service.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed.client import KEY_VARIABLES, TwelveLabs
from twelvelabs_embed.errors import ConfigurationError
from twelvelabs_embed.inputs import EmbedInput, Image, Text
from twelvelabs_embed.integrations._common import Embedder, own_client
from twelvelabs_embed.limits.tables import DEFAULT_MODEL
from twelvelabs_embed.validation.options import Dimension

if TYPE_CHECKING:
    from chromadb.api.types import Embeddable, EmbeddingFunction, Embeddings, Space
    from chromadb.utils.embedding_functions import register_embedding_function
else:
    _types = import_extra("chromadb.api.types", "chroma")
    Embeddable, EmbeddingFunction = _types.Embeddable, _types.EmbeddingFunction
    register_embedding_function = import_extra(
        "chromadb.utils.embedding_functions", "chroma"
    ).register_embedding_function

__all__ = ["TwelveLabsFunction"]


_EMBEDDER_SETTINGS = ("model", "dimension", "concurrency", "rpm")


@register_embedding_function
class TwelveLabsFunction(EmbeddingFunction[Embeddable]):
    """Embeds documents, which are texts, and images, which Chroma hands over as arrays.

    Args:
        model: the model's name
        dimension: how many numbers a vector shall have, 128, 256 or 512, with `marengo3.5`
        concurrency: how many items are under way at most
        rpm: requests a minute at most, of this function and counting retries
        api_key_env_var: the variable of the environment that has the key; otherwise those that
            `TwelveLabs` looks at
        client: what sends the requests, instead of one with that key. Where the function is made
            anew, the environment counts again

    Raises:
        ConfigurationError: there is no key, or a quota of less than one
        MissingDependencyError: chromadb is missing; the extra `chroma` brings it (when imported)
    """

    def __init__(
        self,
        model: str = DEFAULT_MODEL,
        *,
        dimension: Dimension | None = None,
        concurrency: int = 16,
        rpm: float | None = None,
        api_key_env_var: str | None = None,
        client: TwelveLabs | None = None,
    ) -> None:
        self._embedder = Embedder(model, dimension, concurrency, rpm)
        self._api_key_env_var = api_key_env_var
        self._client = client or own_client(self, _key_of(api_key_env_var))

    def __call__(self, input: Embeddable) -> Embeddings:
        """Embed items: a vector for each, shape (D,), float32, in their order. D is 512 by default.

        Raises:
            TwelveLabsError: that of the first item that failed; a note at it names its index
        """
        inputs = [_as_input(item) for item in input]
        return list(self._embedder.embed(self._client, inputs))

    _doc = __call__.__doc__

    @staticmethod
    def name() -> str:
        """Return what Chroma calls it in a collection's settings."""
        return "twelvelabs_embed"

    def default_space(self) -> Space:
        """Return `cosine`: the API does not promise vectors of the length 1."""
        return "cosine"

    def supported_spaces(self) -> list[Space]:
        """Return every space: the vectors are numbers like others."""
        return ["cosine", "l2", "ip"]

    def get_config(self) -> dict[str, Any]:
        """Return what Chroma stores: the settings, without a key."""
        settings = {name: getattr(self._embedder, name) for name in _EMBEDDER_SETTINGS}
        return {**settings, "api_key_env_var": self._api_key_env_var}

    @staticmethod
    def build_from_config(config: dict[str, Any]) -> TwelveLabsFunction:
        """Make the function of settings that were stored.

        Raises:
            ConfigurationError: a setting that it does not know, or no key
        """
        TwelveLabsFunction.validate_config(config)
        return TwelveLabsFunction(**config)

    def validate_config_update(
        self, old_config: dict[str, Any], new_config: dict[str, Any]
    ) -> None:
        """Reject another model or length of vectors, since those that are there stay as they are.

        Raises:
            ConfigurationError: they change
        """
        for name in ("model", "dimension"):
            if old_config.get(name) != new_config.get(name):
                raise ConfigurationError(
                    f"{name}: {new_config.get(name)!r}, but the collection's vectors are made with "
                    f"{old_config.get(name)!r}. Make another collection"
                )

    @staticmethod
    def validate_config(config: dict[str, Any]) -> None:
        """Reject settings that the function does not know.

        Raises:
            ConfigurationError: there are such
        """
        known = (*_EMBEDDER_SETTINGS, "api_key_env_var")
        if unknown := config.keys() - set(known):
            raise ConfigurationError(
                f"the collection's embedding function has {', '.join(sorted(unknown))}, but knows "
                f"only {', '.join(known)}. Perhaps a later version wrote it"
            )


# Chroma replaces it with a function of its own, which has none.
TwelveLabsFunction.__call__.__doc__ = TwelveLabsFunction._doc


def _key_of(variable: str | None) -> str | None:
    if variable is None:
        return None
    if not (key := os.environ.get(variable)):
        raise ConfigurationError(
            f"api_key_env_var: {variable} is not set. Set it, or omit api_key_env_var for "
            f"{KEY_VARIABLES[0]}"
        )
    return key


def _as_input(item: Any) -> EmbedInput:
    if isinstance(item, str):
        return Text(item)
    return Image(import_extra("PIL.Image", "media").fromarray(item))
