"""User metadata of assets."""

from __future__ import annotations

from twelvelabs_embed_api.models import UserMetadataRequest

from twelvelabs_embed._http import endpoints
from twelvelabs_embed._http.effects import Flow
from twelvelabs_embed._http.endpoints import UserMetadataLike, as_user_metadata
from twelvelabs_embed._http.raw_response import RawResponse
from twelvelabs_embed._http.request import RequestOptions
from twelvelabs_embed._http.resources import Flows, endpoint


class UserMetadataFlows(Flows):
    """Methods of `client.assets` for the user metadata of an asset."""

    path = "client.assets"

    @endpoint
    def replace_user_metadata(
        self,
        asset_id: str,
        *,
        user_metadata: UserMetadataLike,
        request_options: RequestOptions | None = None,
    ) -> Flow[RawResponse[None]]:
        """Replace the user metadata of an asset.

        Args:
            asset_id: the asset
            user_metadata: names and values; `{}` clears all. A name with `None`, an empty text or
                an empty list is ignored
            request_options: settings of this call

        Raises:
            NotFoundError: there is no such asset

        Source: `PUT /assets/{asset_id}/user-metadata` of the contract.
        """
        request = UserMetadataRequest(user_metadata=as_user_metadata(user_metadata))
        return self._call(endpoints.replace_user_metadata(asset_id, request), request_options)

    @endpoint
    def update_user_metadata(
        self,
        asset_id: str,
        *,
        user_metadata: UserMetadataLike,
        request_options: RequestOptions | None = None,
    ) -> Flow[RawResponse[None]]:
        """Update the user metadata of an asset; other names stay as they are.

        Args:
            asset_id: the asset
            user_metadata: names and values; `None` deletes a name. One with an empty text or an
                empty list stays as it is
            request_options: settings of this call

        Raises:
            NotFoundError: there is no such asset

        Source: `PATCH /assets/{asset_id}/user-metadata` of the contract.
        """
        request = UserMetadataRequest(user_metadata=as_user_metadata(user_metadata))
        return self._call(endpoints.update_user_metadata(asset_id, request), request_options)

    @endpoint
    def delete_user_metadata(
        self, asset_id: str, *, request_options: RequestOptions | None = None
    ) -> Flow[RawResponse[None]]:
        """Delete the user metadata of an asset.

        Raises:
            NotFoundError: there is no such asset

        Source: `DELETE /assets/{asset_id}/user-metadata` of the contract.
        """
        return self._call(endpoints.delete_user_metadata(asset_id), request_options)
