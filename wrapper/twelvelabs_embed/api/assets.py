"""`client.assets`: upload media once, and refer to it by its id.

    asset = client.assets.upload("film.mkv")          # waits until it is ready
    client.embed(Video(Media.asset(asset.id)))

The signatures and class names are the vendor SDK's; `upload` is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from twelvelabs_embed_api.models import (
    Asset,
    AssetTranscriptionInclude,
    AssetTranscriptionResponse,
    CreateAssetRequest,
    Entity,
    IndexedAssetSummary,
)
from twelvelabs_embed_api.types import UNSET

from twelvelabs_embed._http import endpoints
from twelvelabs_embed._http.effects import Flow
from twelvelabs_embed._http.endpoints import UserMetadataLike
from twelvelabs_embed._http.methods import AsyncResource, Resource, awaited_docstring
from twelvelabs_embed._http.pagination import Page
from twelvelabs_embed._http.raw_response import RawResponse
from twelvelabs_embed._http.request import RequestOptions
from twelvelabs_embed._http.resources import (
    AsyncRawResource,
    RawForm,
    RawResource,
    endpoint,
    pages,
)
from twelvelabs_embed.api._arguments import (
    OMIT,
    FileLike,
    as_form_file,
    as_json,
    as_list,
    build_request,
    given,
)
from twelvelabs_embed.api.upload_asset import UploadAssetFlows
from twelvelabs_embed.api.user_metadata import UserMetadataFlows
from twelvelabs_embed.errors import InvalidRequestError, Violation

__all__ = [
    "AssetDetail",
    "AssetsClient",
    "AssetsRawClient",
    "AsyncAssetsClient",
    "AsyncAssetsRawClient",
]

AssetDetail = Asset
"""The vendor SDK's name for an asset with its details. Here any asset may have them."""


class AssetsFlows(UserMetadataFlows, UploadAssetFlows):
    """The flows of the four clients below."""

    path = "client.assets"

    @endpoint
    def create(
        self,
        *,
        method: str,
        file: FileLike | None = OMIT,
        url: str | None = OMIT,
        filename: str | None = OMIT,
        enable_hls: bool | None = OMIT,
        enable_thumbnail: bool | None = OMIT,
        user_metadata: UserMetadataLike | str | None = OMIT,
        request_options: RequestOptions | None = None,
    ) -> Flow[RawResponse[Asset]]:
        """Upload a file of at most 200 MB, or have the service fetch one of at most 4 GB.

        `upload` is simpler: it takes paths, large files and waits until the asset is ready.

        Args:
            method: `direct` or `url`
            file: an open file or bytes, or a tuple of filename, one of these, and MIME type; read
                while it is sent
            url: a public, direct link
            filename: what the asset is called, at most 255 characters
            enable_hls: whether audio or video is prepared for streaming; yes when omitted
            enable_thumbnail: whether a small picture is made of it; yes when omitted
            user_metadata: your metadata of it, or the same as JSON text
            request_options: settings of this call

        Returns:
            the asset, which is `processing`: it can be used when it is `ready`

        Raises:
            InvalidRequestError: what the method needs is missing; nothing was sent
            OutcomeUnknownError: the asset may have been created; the request is not repeated
            ApiError: the service responded with an error

        Source: `POST /assets` of the contract.
        """
        file, url = given(file), given(url)
        needed = {"direct": ("file", file), "url": ("url", url)}.get(method)
        if needed is not None and not needed[1]:
            value, limit = f"method is {method!r} and no {needed[0]} is given", "it needs one"
            violation = Violation(needed[0], value, limit, f"Pass {needed[0]}=")
            raise InvalidRequestError("parameter_not_provided", [violation], is_nested=False)
        request = build_request(
            CreateAssetRequest,
            method=method,
            url=url or None,
            filename=given(filename) or None,
            user_metadata=as_json(user_metadata),
            enable_hls=enable_hls,
            enable_thumbnail=enable_thumbnail,
        )
        form = as_form_file(file) if file else None
        return self._call(endpoints.create_asset("assets.create", request, form), request_options)

    @endpoint
    def retrieve(
        self, asset_id: str, *, request_options: RequestOptions | None = None
    ) -> Flow[RawResponse[Asset]]:
        """Fetch an asset.

        Raises:
            NotFoundError: there is no such asset

        Source: `GET /assets/{asset_id}` of the contract.
        """
        return self._call(endpoints.retrieve_asset(asset_id), request_options)

    @endpoint
    def delete(
        self,
        asset_id: str,
        *,
        force: bool | None = None,
        request_options: RequestOptions | None = None,
    ) -> Flow[RawResponse[None]]:
        """Delete an asset.

        Args:
            asset_id: the asset
            force: delete it even when something still refers to it
            request_options: settings of this call

        Raises:
            NotFoundError: there is no such asset
            ConflictError: something still refers to it, and `force` is not given

        Source: `DELETE /assets/{asset_id}` of the contract.
        """
        return self._call(
            endpoints.delete_asset(asset_id, UNSET if force is None else force), request_options
        )

    @endpoint
    def retrieve_transcription(
        self,
        asset_id: str,
        *,
        include: AssetTranscriptionInclude | Sequence[AssetTranscriptionInclude] | None = None,
        request_options: RequestOptions | None = None,
    ) -> Flow[RawResponse[AssetTranscriptionResponse]]:
        """Fetch the transcription of audio or video.

        Args:
            asset_id: the asset
            include: how it is segmented, one or several of `words`, `sentences` and `utterances`
                (turns of a speaker); `words` when omitted
            request_options: settings of this call

        Returns:
            `status`: `pending`, `processing`, `ready` or `failed`, and when it is ready the lists
            that were requested and exist, with times in seconds

        Raises:
            NotFoundError: there is no such asset, or it has no transcription

        Source: `GET /assets/{asset_id}/transcription` of the contract.
        """
        return self._call(
            endpoints.retrieve_transcription(asset_id, include=as_list(include)), request_options
        )

    @pages
    def list(
        self,
        *,
        page: int | None = None,
        page_limit: int | None = None,
        asset_ids: str | Sequence[str] | None = None,
        asset_types: str | Sequence[str] | None = None,
        filename: str | None = None,
        request_options: RequestOptions | None = None,
    ) -> Flow[Page[Asset]]:
        """List assets, newest first.

        Args:
            page: the first page, from 1
            page_limit: how many are fetched at once, 1 to 50
            asset_ids: only these
            asset_types: only of these kinds: `image`, `video`, `audio`, `document`
            filename: only those whose name contains this text, whatever the case
            request_options: settings of each call

        Returns:
            a pager: iterate it for assets, or its `iter_pages()`

        Source: `GET /assets` of the contract.
        """
        make = partial(
            endpoints.list_assets,
            asset_ids=as_list(asset_ids),
            asset_types=as_list(asset_types),
            filename=filename or UNSET,
        )
        return self._fetch_page(make, page, page_limit, request_options)

    @pages
    def list_indexed_assets(
        self,
        asset_id: str,
        *,
        page: int | None = None,
        page_limit: int | None = None,
        request_options: RequestOptions | None = None,
    ) -> Flow[Page[IndexedAssetSummary]]:
        """List what an asset is in indexes. As long as there is one, `delete` needs `force`.

        In the vendor's SDK it is `client.indexes.indexed_assets.list_by_asset`.

        Args:
            asset_id: the asset
            page: the first page, from 1
            page_limit: how many are fetched at once, 1 to 50
            request_options: settings of each call

        Returns:
            a pager: iterate it, or its `iter_pages()`

        Source: `GET /assets/{asset_id}/indexed-assets` of the contract.
        """
        make = partial(endpoints.list_indexed_assets, asset_id)
        return self._fetch_page(make, page, page_limit, request_options)

    @pages
    def list_entities(
        self,
        asset_id: str,
        *,
        page: int | None = None,
        page_limit: int | None = None,
        request_options: RequestOptions | None = None,
    ) -> Flow[Page[Entity]]:
        """List the entities of an asset. As long as there is one, `delete` needs `force`.

        In the vendor's SDK it is `client.entity_collections.entities.list_by_asset`.

        Args:
            asset_id: the asset
            page: the first page, from 1
            page_limit: how many are fetched at once, 1 to 50
            request_options: settings of each call

        Returns:
            a pager: iterate it, or its `iter_pages()`

        Source: `GET /assets/{asset_id}/entities` of the contract.
        """
        make = partial(endpoints.list_entities, asset_id)
        return self._fetch_page(make, page, page_limit, request_options)


class AssetsRawClient(RawResource[AssetsFlows], AssetsFlows):
    """`client.assets.with_raw_response`: results with their HTTP responses."""


class AsyncAssetsRawClient(AsyncRawResource[AssetsFlows], AssetsFlows):
    """`client.assets.with_raw_response`: results with their HTTP responses, awaited."""


class AssetsClient(Resource[AssetsFlows], AssetsFlows):
    """`client.assets`: uploads media, lists and deletes it."""

    with_raw_response = RawForm(AssetsRawClient)


class AsyncAssetsClient(AsyncResource[AssetsFlows], AssetsFlows):
    __doc__ = awaited_docstring(AssetsClient)

    with_raw_response = RawForm(AsyncAssetsRawClient)
