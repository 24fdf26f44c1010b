"""Links as messages show them: without what may be secret."""

import pytest
from twelvelabs_embed import Image, Media


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://a.example/b/c.jpg", "https://a.example/b/c.jpg"),
        ("https://me:secret@a.example", "https://a.example"),
        ("https://secret@a.example/", "https://a.example/"),
        ("https://me:secret@a.example:80/b/c.jpg?key=secret", "https://a.example:80/b/c.jpg"),
        ("https://me:s@cret@a.example/b", "https://a.example/b"),
        ("https://me:secret@a.example?key=secret#secret", "https://a.example"),
        ("https://me:secret@a.example#secret?secret", "https://a.example"),
        ("https://a.example/me@home/c.jpg", "https://a.example/me@home/c.jpg"),
        ("https://a.example/b//c.jpg", "https://a.example/b//c.jpg"),
    ],
)
def test_a_link_is_shown_without_secrets_and_otherwise_whole(link: str, shown: str) -> None:
    media = Media.url(link)
    assert media.label == shown
    assert repr(media) == f"Media.url({shown!r})"
    assert "secret" not in repr(Image(link))
