"""Embeddings for other packages: LangChain, LanceDB and Chroma. Each is an extra of its own.

from twelvelabs_embed.integrations.langchain import TwelveLabsEmbeddings   # [langchain]
from twelvelabs_embed.integrations.lancedb import TwelveLabsFunction       # [lancedb]
from twelvelabs_embed.integrations.chroma import TwelveLabsFunction        # [chroma]
"""
