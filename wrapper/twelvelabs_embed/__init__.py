"""A client for the TwelveLabs Embed v2 API. Unofficial.

    from twelvelabs_embed import TwelveLabs

    client = TwelveLabs()
    client.embed("a man walks his dog").vector      # numpy float32, shape (512,)

Every name below is imported when it is first used, so that `import twelvelabs_embed` costs nothing.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
