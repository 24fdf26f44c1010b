"""The TwelveLabs embedding API on loopback, so that code that calls it runs without a key.

::

    from twelvelabs_embed_emulator import Emulator

    with Emulator() as emulator:
        ...  # send requests to emulator.base_url, with any API key

It has the operations of the contract: synchronous embeddings, tasks, assets and multipart uploads.
Their state lasts as long as the emulator runs, or, with `Emulator(state=path)`, from run to run.
Time is its own: after `emulator.advance(hours=2)` what lasts for an hour has expired.

It validates requests by the contract file and by the documented limits of media, and responds with
vectors made from the content: similar content has similar vectors. It is no model: the numbers mean
nothing outside it, and a text is similar to a text, never to an image.
Requests can be made to fail: `Emulator(faults="503*2,reset,pass")`; docs/faults.md says how.
`PARITY.md` says of each behaviour whether it is documented, seen live, or assumed.

`twelvelabs_embed_emulator.samples` makes images, audio and video to try it with.
"""

from typing import TYPE_CHECKING, Any

from twelvelabs_embed_emulator import _extras, _version

if TYPE_CHECKING:
    from twelvelabs_embed_emulator.faults.proxy import Seen
    from twelvelabs_embed_emulator.faults.script import Fault
    from twelvelabs_embed_emulator.server.emulator import Emulator
    from twelvelabs_embed_emulator.server.program import serve

__version__ = _version.VERSION
__all__ = ["Emulator", "Fault", "Seen", "serve"]

_MODULES = {
    "Emulator": "server.emulator",
    "Fault": "faults.script",
    "Seen": "faults.proxy",
    "serve": "server.program",
}


def __getattr__(name: str) -> Any:
    # The server and the media libraries take most of a second to import: only when they are used.
    from importlib import import_module

    if name not in _MODULES:
        raise AttributeError(_unknown(name), name=name)
    _extras.require_all()
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def _unknown(name: str) -> str:
    from difflib import get_close_matches

    message = f"module {__name__!r} has no attribute {name!r}"
    near = get_close_matches(name, __all__)
    return f"{message}; did you mean {near[0]!r}?" if near else message
