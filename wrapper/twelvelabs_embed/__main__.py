"""`python -m twelvelabs_embed`: the command line."""

from twelvelabs_embed.cli import main

if __name__ == "__main__":
    main()
