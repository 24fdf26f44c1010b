"""Extensions of mkdocs and griffe that build the site of docs/."""
