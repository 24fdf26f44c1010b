"""The vendor SDK's `types`: requests, responses and their values. All are in the package, too.

    from twelvelabs_embed.types import MediaSource, VideoInputRequest

Each is imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import twelvelabs_embed
from twelvelabs_embed._modules import register_submodules

if TYPE_CHECKING:
    from twelvelabs_embed import *  # noqa: F403
else:
    __all__ = twelvelabs_embed.__all__

    def __getattr__(name: str) -> Any:
        try:
            return getattr(twelvelabs_embed, name)
        except AttributeError as error:
            hint = "" if "did you mean" in str(error) else _OTHER_PARTS
            raise AttributeError(f"{error}{hint}", name=name) from None

    register_submodules(__name__, __all__)

_OTHER_PARTS = (
    ". Types of search, indexes, analysis and other parts of the API are in the vendor's package: "
    "from twelvelabs.types import ..."
)
