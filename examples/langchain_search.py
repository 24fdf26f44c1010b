"""Texts and a question in a vector store of LangChain.

    python examples/langchain_search.py "an animal in the air"

It takes the extra `[langchain]`. The key comes from TWELVE_LABS_API_KEY. Without one:
`twelvelabs-embed emulator`, which prints what to set; its vectors know words, not their meaning.
"""

import sys

from langchain_core.vectorstores import InMemoryVectorStore
from twelvelabs_embed.integrations.langchain import TwelveLabsEmbeddings

if len(sys.argv) != 2:
    sys.exit("usage: python examples/langchain_search.py QUESTION")
TEXTS = ["a dog jumps over a fence", "a car drives through rain", "people eat at a long table"]

store = InMemoryVectorStore(TwelveLabsEmbeddings(concurrency=8, rpm=600))
store.add_texts(TEXTS)
for document, score in store.similarity_search_with_score(sys.argv[1], k=2):
    print(f"{score:.3f} {document.page_content}")
