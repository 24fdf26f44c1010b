"""Limits of the API as data: what each model takes at each endpoint; file signatures.

`rows` has the classes of the rows, `tables` the rows, `terms` what looks them up.
"""

from twelvelabs_embed.limits.rows import (
    ChoiceName as ChoiceName,
    DocumentKind as DocumentKind,
    Endpoint as Endpoint,
    InputType as InputType,
    Limit as Limit,
    LimitName as LimitName,
    LinkHost as LinkHost,
    OptionName as OptionName,
    ShapeName as ShapeName,
    Via as Via,
)
from twelvelabs_embed.limits.tables import DEFAULT_MODEL as DEFAULT_MODEL, MODELS as MODELS
from twelvelabs_embed.limits.terms import (
    Terms as Terms,
    all_choices as all_choices,
    direct_limit as direct_limit,
    find_document_kinds as find_document_kinds,
    find_limit as find_limit,
    find_terms as find_terms,
    models_with_choice as models_with_choice,
    models_with_option as models_with_option,
    upload_limit as upload_limit,
)
