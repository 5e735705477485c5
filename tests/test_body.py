"""What a body refers to and promises, with line numbers."""

from __future__ import annotations

from newsroom.model.body import read_body

BODY = """\
We [answer]({cite}blog) and ![]({cite}reader).

```
![]({cite}code) [[code]]
- [ ] no promise
```

Inline `{cite}code` and ``[[code]]`` say nothing, [a file]({filename}/posts/x.md#part) does.

- [ ] Publish `the rules`. due:2026-05-01
* [x] Say sorry.
1. [X] Mend it. done:2026-03-12
- [] no task

<!-- {cite}comment
[[in a comment]] -->
[[still to come]]
"""


def test_finds_links_outside_code_and_comments() -> None:
    links = [(link.what, link.target, link.line) for link in read_body(BODY, 10).links]
    assert links == [
        ("cite", "blog", 10),
        ("cite", "reader", 10),
        ("filename", "/posts/x.md#part", 17),
    ]
    assert read_body(BODY, 1).cites == ("blog", "reader")


def test_finds_task_list_items_as_written() -> None:
    tasks = [(task.text, task.checked, task.line) for task in read_body(BODY, 1).tasks]
    assert tasks == [
        ("Publish `the rules`. due:2026-05-01", False, 10),
        ("Say sorry.", True, 11),
        ("Mend it. done:2026-03-12", True, 12),
    ]


def test_finds_placeholders_in_comments_too_because_those_are_published() -> None:
    assert read_body(BODY, 1).placeholders == (("[[in a comment]]", 16), ("[[still to come]]", 17))
