"""Embeddings for other packages: LangChain, LanceDB and Chroma. Each is an extra of its own.

from twelvelabs_embed.adapters.langchain import TwelveLabsEmbeddings   # [langchain]
from twelvelabs_embed.adapters.lancedb import TwelveLabsFunction       # [lancedb]
from twelvelabs_embed.adapters.chroma import TwelveLabsFunction        # [chroma]
"""
