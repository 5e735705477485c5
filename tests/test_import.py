"""Newsrooms of other programs, imported: what comes over, what is reported, and a second time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from newsroom.files import write_whole
from newsroom.model.problems import CommandError

from tests.importing import bring, content, errors, picture, post, said, source
from tests.sites import NOW, Site
from tests.wxr import HOME, export

ROLES = "Ada Quill: Press Officer; Tom Brandt: Head of Repairs"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", NOW)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site.copy("minimal", tmp_path / "site")


@pytest.fixture(scope="module")
def wordpress(tmp_path_factory: pytest.TempPathFactory, full: bool) -> tuple[Site, Path, str]:
    """A site with a WordPress export imported and built, the export, and the report."""
    folder = tmp_path_factory.mktemp("wordpress")
    (folder / "export.xml").write_bytes(export(300 if full else 32))
    for name, colour in (("weir", "navy"), ("mill", "maroon")):
        picture(folder / f"uploads/2012/01/{name}.png", colour)
    site = Site.copy("minimal", folder / "site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", NOW)
        done = bring(site, folder / "export.xml", roles=ROLES)
    site.build().succeeds()
    return site, folder / "export.xml", said(done)


class TestWordPress:
    def test_the_check_has_no_errors(self, wordpress: tuple[Site, Path, str]) -> None:
        assert errors(wordpress[0]) == []

    def test_a_second_run_changes_nothing(self, wordpress: tuple[Site, Path, str]) -> None:
        site, file, report = wordpress
        before = content(site)
        listed = (site.folder / "content/.imported.json").read_bytes()
        assert said(bring(site, file, roles=ROLES)) == report
        assert content(site) == before
        assert (site.folder / "content/.imported.json").read_bytes() == listed

    def test_what_classic_posts_become(self, wordpress: tuple[Site, Path, str]) -> None:
        text = post(wordpress[0], "2012/post-1.md")
        header, _, body = text.partition("\n\n")
        assert header == (
            "Title: Tea & kettles: what we’ve learned\nDate: 2012-01-20 09:37\n"
            "Author: Tom Brandt\nSummary: What we did, number 1.\nModified: 2012-01-22 09:37\n"
            f"Category: News\nTags: C++\nAliases: /2012/01/post-1/\nId: {HOME}/?p=101"
        )
        weir = "{static}/images/2012/01/weir.png"
        assert "opened the new weir at **Millbrook**.  \nIt took nine months & two" in body
        assert f'![The weir at dusk]({weir} "The &quot;new&quot; weir \\| at dusk")\n\n' in body
        assert "[the first plan]({filename}/posts/2012/post-0.md), and [again]({filename}" in body
        assert f"![A weir]({weir})\n![A mill]({{static}}/images/2012/01/mill.png)" in body
        assert "- One gate\n- Two sluices\n    - one of oak\n" in body
        assert "[www.youtube.com/watch?v=abc123\\_-x](https://www.youtube.com/" in body

    def test_what_readers_see_of_them(self, wordpress: tuple[Site, Path, str]) -> None:
        page = wordpress[0].page("posts/post-1/")
        words = " ".join(page.get_text().split())
        assert "He said [sic] that 2 * 3 * 4 = 24 and _this_ stays" in words
        assert "as does {static} and [[a gap]]." in words
        caption = page.select_one("figcaption")
        assert caption
        assert caption.get_text().startswith('The "new" weir | at dusk')
        moved = wordpress[0].page("2012/01/post-1/").select_one("meta[http-equiv=refresh]")
        assert moved
        assert "posts/post-1/" in str(moved["content"])

    def test_what_blocks_become(self, wordpress: tuple[Site, Path, str]) -> None:
        text = post(wordpress[0], "2012/post-0.md")
        weir = "{static}/images/2012/01/weir.png"
        assert f"Image: {weir} | A weir\n" in text
        assert "## How it works {#how}\n\n- Bring it in\n" in text
        assert f'![The weir, repaired]({weir} "The weir, repaired")' in text
        assert f"![Before]({weir})\n![After]({{static}}/images/2012/01/mill.png" in text
        assert "> It boils again.\n>\n> A customer" in text
        assert "```\nkettle --repair [all] {static}x\n```" in text
        assert "| Year | Kettles |\n| --- | --- |\n| 2024 | 412 &#124; 9 |" in text
        assert "Still here." in text
        assert not any(word in text for word in ("alert", "onclick", "style=", "wp:", "iframe"))

    def test_what_was_not_public_is_a_draft(self, wordpress: tuple[Site, Path, str]) -> None:
        site, _, report = wordpress
        approve, again = "see to it, then invoke approve", "run this again with --names or --author"
        for path, why in (
            ("2012/shui-che-noxiu-li", f"it was a draft: {approve}"),
            ("2012/post-11", f"it was private: {approve}"),
            ("2012/post-17", f"it was waiting for review: {approve}"),
            ("2012/post-31", f"it had a password: {approve}"),
            ("2012/post-3", f"'admin' signed it, who is no person: {again}"),
        ):
            assert "\nStatus: draft\n" in post(site, f"{path}.md")
            assert f"it is a draft, because {why} (now in content/posts/{path}.md" in report
            assert not (site.output / "posts" / path[5:]).exists()
        assert not (site.folder / "content/posts/2012/post-23.md").exists()  # in the bin

    def test_odd_bytes_are_read(self, wordpress: tuple[Site, Path, str]) -> None:
        assert "We met in the café.\n" in post(wordpress[0], "2012/post-3.md")

    def test_titles_of_one_kind_and_none(self, wordpress: tuple[Site, Path, str]) -> None:
        site = wordpress[0]
        assert post(site, "2012/post-2.md").startswith("Title: A new weir at Millbrook\n")
        assert post(site, "2012/post-7.md").startswith("Title: We have opened the new weir at")
        assert "Title: Новая плотина\n" in post(site, "2012/post-4.md")

    def test_categories_that_differ_in_capitals_are_one(
        self, wordpress: tuple[Site, Path, str]
    ) -> None:
        texts = [post(wordpress[0], f"2012/post-{number}.md") for number in (0, 1)]
        assert all("\nCategory: News\n" in text for text in texts)

    def test_the_report_names_each_thing_by_its_line(
        self, wordpress: tuple[Site, Path, str]
    ) -> None:
        _, file, report = wordpress
        lines = file.read_bytes().decode("utf-8", "replace").split("\n")
        for rule, said_there in (
            ("import-shortcode", "[contact-form-7"),
            ("import-block", "wp:latest-posts"),
            ("import-html", "<script>"),
            ("import-link", "/about/"),
        ):
            found = next(line for line in report.split("\n") if f"[{rule}]" in line)
            number = int(found.removeprefix(f"{file}:").partition(":")[0])
            assert said_there in lines[number - 1], found
        assert "its comments (1) are left out" in report
        assert "the page 'About us'" in report

    def test_addresses_of_people_are_not_published(self, wordpress: tuple[Site, Path, str]) -> None:
        profile = wordpress[0].folder / "content/authors/ada-quill.md"
        assert profile.read_text("utf-8") == "Name: Ada Quill\nRole: Press Officer\n\n"


class TestFeeds:
    def test_atom(self, site: Site, tmp_path: Path) -> None:
        report = said(bring(site, source("atom.xml", tmp_path), role="Editor"))
        text = post(site, "2026/tea-and-kettles.md")
        assert text.startswith(
            "Title: Tea & kettles\nDate: 2026-02-01 08:00\nAuthor: Ada Quill; Tom Brandt\n"
            "Summary: Every kettle, repaired.\nModified: 2026-02-03 10:00\nTags: kettles\n"
            "Aliases: /2026/tea-and-kettles.html\nId: tag:millbrook.example,2012:tea\n"
        )
        assert "**every** kettle. See [the weir]({filename}/posts/2026/weir.md)." in text
        assert "track()" not in text
        assert f"{tmp_path}/atom.xml:23: warning: its date, 2026-01-05T09:00:00, says no" in report
        assert "the picture https://news.millbrook.example/img/weir.png is not at hand" in report
        assert errors(site) == []

    def test_pictures_that_are_brought_later(self, site: Site, tmp_path: Path) -> None:
        feed = source("atom.xml", tmp_path)
        bring(site, feed, role="Editor")
        picture(tmp_path / "old/img/weir.png")
        assert "weir.png" not in said(bring(site, feed, files=str(tmp_path / "old")))
        assert "![The weir]({static}/images/weir.png)" in post(site, "2026/tea-and-kettles.md")
        assert errors(site) == []

    def test_rss_in_another_encoding(self, site: Site, tmp_path: Path) -> None:
        report = said(bring(site, source("rss.xml", tmp_path), role="Editor"))
        text = post(site, "2026/cafe.md")
        assert text.startswith("Title: A café at the mill\nDate: 2026-02-02 14:30\n")
        assert "\nId:" not in text
        assert "its feed id '4711' is no whole address or name" in report
        assert "the zone of 'Tue, 03 Feb 2026 09:30:00 XYZ' is not known" in report
        assert "Status: draft" in post(site, "2026/cut.md")
        assert "is a draft, because the feed has only its beginning" in report

    def test_json_feed(self, site: Site, tmp_path: Path) -> None:
        report = said(bring(site, source("feed.json", tmp_path), roles=ROLES, author="Ida Lund"))
        flood = post(site, "2026/flood.md")
        assert "Tags: Water, C++" in flood  # C would have the address of C++
        assert "\n## What we saw\n\nWater & more water.\n" in flood
        after = post(site, "2026/after.md")
        assert "Author: Ida Lund" in after
        assert "1&#46; It dried." in after
        assert report == ""
        assert errors(site) == []


class TestFolders:
    def test_hugo(self, site: Site, tmp_path: Path) -> None:
        done = bring(site, source("hugo", tmp_path), role="Press Officer")
        weir = post(site, "2025/weir.md")
        assert weir.startswith(
            "Title: The weir's new gates\nDate: 2025-07-01 10:00\nAuthor: Ada Quill\n"
            "Summary: Two gates of oak.\nModified: 2025-07-03 10:00\nTags: water, oak\n"
            "Aliases: /2025/07/weir/, /old/weir/\nId: https://news.millbrook.example/2025/07/weir/\n"
        )
        assert "see [the kettle]({filename}/posts/2025/kettle.md) and [https://mill" in weir
        assert '![The weir]({static}/images/weir.png "At dusk")' in weir
        assert "- First\n    - nested by two\n- Second\n" in weir
        assert "// {{< figure >}} stays in code" in weir
        assert "As we said.[^1]\n\n[^1]: In a *note*." in weir
        french = post(site, "2025/weir.fr.md")
        assert "Lang: fr\nAliases: /fr/2025/07/weir/\n" in french
        profile = (site.folder / "content/authors/tom-brandt.md").read_text("utf-8")
        assert "Role: Head of Repairs" in profile
        assert "![A kettle]({static}/images/posts/kettle/kettle.png)" in post(
            site, "2025/kettle.md"
        )
        report = said(done).replace(f"{tmp_path}/", "")
        assert "hugo/content/posts/broken.md:1: warning: this file has a header that" in report
        assert 'weir.md:21: warning: {{< chart data="water.csv" >}} is left out' in report
        assert "are left out: write them in pages/" in report
        assert "--posts. In content (1)" in report
        assert errors(site) == []

    def test_jekyll(self, site: Site, tmp_path: Path) -> None:
        report = said(bring(site, source("jekyll", tmp_path)))
        tea = post(site, "2024/tea.md")
        assert "Aliases: /tea/2024/03/01/tea.html, /tea/\n" in tea
        assert "Id: https://blog.millbrook.example/tea/2024/03/01/tea\n" in tea
        assert "[the second]({filename}/posts/2024/second-cup.md) and [more](https://blog." in tea
        assert '```ruby\nputs "{{ tea }}"\n```' in tea
        assert "{:" not in tea
        assert "![The cup]({static}/images/cup.png)" in post(site, "2024/second-cup.md")
        assert "Status: draft" in post(site, "2024/third.md")
        assert '{% include player.html id="1" %} is left out' in report
        profile = (site.folder / "content/authors/tom-brandt.md").read_text("utf-8")
        assert profile == "Name: Tom Brandt\nRole: Head of Repairs\n\n"
        assert errors(site) == []

    def test_zola(self, site: Site, tmp_path: Path) -> None:
        report = said(bring(site, source("zola", tmp_path), roles=ROLES))
        mill = post(site, "2023/mill.md")
        assert (
            "Tags: mill\nAliases: /news/mill/\nId: https://zola.millbrook.example/news/mill/"
            in mill
        )
        assert "as we said. [www.youtube.com/watch?v=abc](https://" in mill
        assert "@/news/before.md leads to a post that is not public" in report
        assert errors(site) == []

    def test_eleventy(self, site: Site, tmp_path: Path) -> None:
        bring(site, source("eleventy", tmp_path), roles=ROLES)
        oven = post(site, "2022/oven.md")
        assert "Date: 2022-01-02 03:04\n" in oven
        assert "Aliases: /ovens/the-oven/\n" in oven
        assert errors(site) == []


class TestReport:
    def test_what_is_so_in_many_posts_is_said_once(self, site: Site, tmp_path: Path) -> None:
        texts = ("<p>A</p><iframe src='https://maps.example/x'></iframe>",) * 5
        items = [{"id": f"https://a.example/{number}", "content_html": text, "title": "A",
                  "date_published": "2026-01-01"} for number, text in enumerate(texts)]  # fmt: skip
        file = tmp_path / "feed.json"
        file.write_text(json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}))
        short = bring(site, file, author="Ida Lund").problems
        embeds = [str(note) for note in short if note.rule == "import-embed"]
        assert len(embeds) == 1
        three = ", ".join(f"content/posts/2026/{name}.md" for name in ("a", "a-2", "a-3"))
        assert f"(now in {three} and 2 more: --format json names all)" in embeds[0]
        whole = bring(site, file, format="json").problems
        assert sum(note.rule == "import-embed" for note in whole) == 5

    def test_signatures_that_are_required(self, site: Site, tmp_path: Path) -> None:
        settings = (site.folder / "pelicanconf.py").read_text("utf-8")
        site.write("pelicanconf.py", f"{settings}\nNEWSROOM_REQUIRE_SIGNATURES = True\n")
        report = said(bring(site, source("eleventy", tmp_path), roles=ROLES))
        assert "Status: draft" in post(site, "2022/oven.md")
        assert "let that be the day from which you sign, and run this again" in report
        site.write("pelicanconf.py", f'{settings}\nNEWSROOM_REQUIRE_SIGNATURES = "2026-01-01"\n')
        assert "draft" not in said(bring(site, tmp_path / "eleventy"))
        assert "Status" not in post(site, "2022/oven.md")


class TestAgain:
    """What a writer has done since stays."""

    def test_changed_and_deleted_files_are_left_alone(self, site: Site, tmp_path: Path) -> None:
        folder = source("jekyll", tmp_path)
        bring(site, folder)
        site.edit("content/posts/2024/tea.md", "Tea: a report", "Tea")
        (site.folder / "content/posts/2024/second-cup.md").unlink()
        before = content(site)
        done = bring(site, folder)
        assert content(site) == before
        notes = "\n".join(done.notes)
        assert "1 post left alone, as somebody has changed them since" in notes
        assert "1 post left out, as somebody has deleted them since" in notes
        assert "player.html" not in said(done)  # that is seen to

    def test_what_changed_at_the_source_comes_over(self, site: Site, tmp_path: Path) -> None:
        folder = source("eleventy", tmp_path)
        bring(site, folder, roles=ROLES)
        text = (folder / "posts/oven.md").read_text("utf-8")
        (folder / "posts/oven.md").write_text(text.replace("**oven**", "kiln"), "utf-8")
        bring(site, folder, roles=ROLES)
        assert "Bread, from the kiln." in post(site, "2022/oven.md")

    def test_what_was_said_once_is_remembered(self, site: Site, tmp_path: Path) -> None:
        folder = source("eleventy", tmp_path)
        text = (folder / "posts/oven.md").read_text("utf-8").replace("Ada Quill", "Press Office")
        text += "\n![The oven](/old/oven.png)\n"
        (folder / "posts/oven.md").write_text(text, "utf-8")
        picture(tmp_path / "files/old/oven.png")
        files, home = str(tmp_path / "files"), "https://bread.example"
        bring(site, folder, files=files, home=home, author="Ada Quill", roles=ROLES)
        before = content(site)
        assert "Id: https://bread.example/ovens/the-oven/" in post(site, "2022/oven.md")
        assert "![The oven]({static}/images/old/oven.png)" in post(site, "2022/oven.md")
        bring(site, folder)
        assert content(site) == before

    def test_a_file_that_was_moved_is_known_by_its_id(self, site: Site, tmp_path: Path) -> None:
        feed = source("feed.json", tmp_path)
        bring(site, feed, roles=ROLES, author="Ida Lund")
        posts = site.folder / "content/posts"
        (posts / "2026/flood.md").rename(posts / "deluge.md")
        before = content(site)
        bring(site, feed, roles=ROLES, author="Ida Lund")
        assert content(site) == before

    def test_a_run_that_was_broken_off_goes_on(
        self, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = source("jekyll", tmp_path)

        def broken_off(path: Path, data: bytes) -> None:
            if path.name == "second-cup.md":
                raise KeyboardInterrupt
            write_whole(path, data)

        with monkeypatch.context() as patch:
            patch.setattr("newsroom.imports.writing.write_whole", broken_off)
            with pytest.raises(KeyboardInterrupt):
                bring(site, folder)
        assert "3 posts written" not in bring(site, folder).notes
        posts = {path for path in content(site) if path.startswith("posts/")}
        assert posts == {f"posts/2024/{name}.md" for name in ("tea", "second-cup", "third")}

    def test_roles_that_are_named_later(self, site: Site, tmp_path: Path) -> None:
        folder = source("eleventy", tmp_path)
        report = said(bring(site, folder))
        assert "is a draft, because the role of Ada Quill is not known" in report
        profile = site.folder / "content/authors/ada-quill.md"
        assert "Role: [[the role of this person]]" in profile.read_text("utf-8")
        assert errors(site) == []
        bring(site, folder, roles=ROLES)
        assert "Role: Press Officer" in profile.read_text("utf-8")
        assert "Status" not in post(site, "2022/oven.md")

    def test_a_slug_that_is_taken(self, site: Site, tmp_path: Path) -> None:
        own = "Title: Our own oven\nDate: 2020-01-01\nAuthor: Ida Lund\n\nOurs.\n"
        site.write("content/posts/oven.md", own)
        bring(site, source("eleventy", tmp_path), roles=ROLES)
        assert post(site, "oven.md") == own
        assert "Title: The oven" in post(site, "2022/oven-2.md")
        assert errors(site) == []


def test_what_is_no_source(site: Site, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("Hello", "utf-8")
    with pytest.raises(CommandError, match="none that can be read: neither a WordPress export"):
        bring(site, tmp_path / "x.txt")
    with pytest.raises(CommandError, match="there is no file or folder"):
        bring(site, tmp_path / "gone")
    with pytest.raises(CommandError, match="--roles: 'Ada' is no pair: write NAME: VALUE"):
        bring(site, source("eleventy", tmp_path), roles="Ada")


def test_at_a_terminal_it_asks_who_signs_and_for_roles(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {
        "What is the role of Ada Quill, who signs 1 post?": "Press Officer",
        "Press Office signed 1 post, and is no person. Who signs instead?": "Tom Brandt",
        "What is the role of Tom Brandt, who signs 1 post?": "",
    }
    asked: list[str] = []

    def answered(question: str, **_given: object) -> str:
        asked.append(question.removesuffix(" (Enter skips): "))
        return answers[asked[-1]]

    monkeypatch.setattr("prompt_toolkit.prompt", answered)
    report = said(bring(site, source("feed.json", tmp_path), interactive=True))
    assert sorted(asked) == sorted(answers)
    assert "Author: Ada Quill\nTags" in post(site, "2026/flood.md")
    assert "Author: Tom Brandt\nStatus: draft" in post(site, "2026/after.md")
    assert "it is a draft, because the role of Tom Brandt is not known: run this again" in report
    assert errors(site) == []
