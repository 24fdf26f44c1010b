# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.

"""A client library for accessing TwelveLabs Embed v2"""

from .client import AuthenticatedClient, Client

__all__ = (
    "AuthenticatedClient",
    "Client",
)
