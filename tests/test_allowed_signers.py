"""Lists of who may sign, read by Python and by the checker in a browser as ssh-keygen does."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from newsroom.signatures.allowed_signers import signer_of, stamp
from newsroom.signatures.sshsig import read_signature
from playwright.sync_api import Browser

from tests.serve import serving
from tests.sites import ROOT

DOMAIN = "kettles.example"
ADA, SPACE = f"ada@{DOMAIN}", f"newsroom@{DOMAIN}"
AT = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
STATIC = ROOT / "plugins" / "newsroom" / "static"
ASK = """async ([lines, signature, at, who]) => {
  const { readSignature, signerOf } = await import("/verify.js");
  const read = readSignature(signature);
  return lines.map((line) => signerOf(line, read, at, at, who).reason ?? "");
}"""

GOOD = [
    f"{ADA} {{key}}",
    f"{ADA} {{key}} a comment",
    f"  {ADA}\t{{key}}  ",
    f'{ADA} namespaces="{SPACE}" {{key}}',
    f'{ADA} NAMESPACES="file,newsroom@*" {{key}}',
    f'bram@x,{ADA} namespaces="newsroom@kettles.exampl?" {{key}}',
    f'"{ADA}" {{key}}',
    f"*@{DOMAIN} {{key}}",
    f"!bram@*,*@{DOMAIN} {{key}}",
    f'{ADA} valid-after="20260312093000Z" {{key}}',
    f'{ADA} valid-before="20260312093000Z" {{key}}',
    f'{ADA} valid-after="20260312Z",valid-before="202603120930Z" {{key}}',
    f'{ADA} valid-after="20260312utc" {{key}}',
    f"{ADA} {{other}}\n{ADA} {{key}}",
    f"# {ADA} nonsense\n\n{ADA} {{key}}\r\n",
    f'{ADA} valid-after="20270101Z" {{key}}\n{ADA} {{key}}',
    f"bram@{DOMAIN} nonsense\n{ADA} {{key}}",
    f"{ADA} {{rsa}}\n{ADA} {{key}}",
    f"{ADA} nonsense\n{ADA} {{key}}",
    f"{ADA} cert-authority {{other}}\n{ADA} {{key}}",
]
REFUSED = {
    "": "unknown",
    f"{ADA} {{other}}": "unknown",
    f"bram@{DOMAIN} {{key}}": "unknown",
    f"!{ADA},*@{DOMAIN} {{key}}": "unknown",
    f"{ADA}x {{key}}": "unknown",
    f"{ADA} cert-authority {{key}}": "unknown",
    f'{ADA} namespaces="file" {{key}}': "namespace",
    f'{ADA} namespaces="newsroom@kettles-example" {{key}}': "namespace",
    f'{ADA} namespaces="!{SPACE},*" {{key}}': "namespace",
    f'{ADA} namespaces="[n]ewsroom@*" {{key}}': "namespace",
    f'{ADA} valid-after="20260312093001Z" {{key}}': "time",
    f'{ADA} valid-before="20260312092959Z" {{key}}': "time",
    f'{ADA} valid-before="20260312Z" {{key}}': "time",
    f"{ADA}": "unknown",
    f"{ADA} nonsense": "unknown",
    f"{ADA} nonsense {{key}}": "unknown",
    f'"{ADA} {{key}}': "unknown",
    f"{ADA} {{short}}": "unknown",
    f"{ADA} namespaces={SPACE} {{key}}": "unknown",
    f'{ADA} namespaces="{SPACE}, {{key}}': "unknown",
    f'{ADA} namespaces="{SPACE}", {{key}}': "unknown",
    f'{ADA} namespaces="a",namespaces="{SPACE}" {{key}}': "unknown",
    f'{ADA} valid-after="2026" {{key}}': "unknown",
    f'{ADA} valid-after="20261301Z" {{key}}': "unknown",
    f'{ADA} valid-after="20260101Z",valid-before="20260101Z" {{key}}': "unknown",
    f'{ADA} valid-after="20260101Z",valid-after="20260102Z" {{key}}': "unknown",
}


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A folder with a text and Ada's signature of it, and public keys to fill into lines."""
    folder, keys = tmp_path_factory.mktemp("signers"), {}
    for name, kind in (("key", "ed25519"), ("other", "ed25519"), ("rsa", "rsa")):
        file = folder / name
        make = ("ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "", "-f", str(file))
        subprocess.run(make, check=True)
        keys[name] = file.with_suffix(".pub").read_text("utf-8").strip()
    keys["short"] = keys["key"][:-8]
    (folder / "text.md").write_text("Title: Kettles\n\nBoil once.\n", "utf-8")
    sign = ("ssh-keygen", "-q", "-Y", "sign", "-n", SPACE, "-f", str(folder / "key"))
    subprocess.run([*sign, str(folder / "text.md")], check=True, capture_output=True)
    return folder, keys


def accepts(folder: Path, lines: str) -> bool:
    """Whether ssh-keygen takes Ada's signature by a list."""
    list_ = folder / "allowed_signers"
    list_.write_bytes(lines.encode())
    command = ["ssh-keygen", "-Y", "verify", "-f", str(list_), "-I", ADA, "-n", SPACE]
    command += ["-s", str(folder / "text.md.sig"), f"-Overify-time={stamp(AT)}"]
    text = (folder / "text.md").read_bytes()
    return subprocess.run(command, input=text, capture_output=True, check=False).returncode == 0


def test_all_three_read_a_list_alike(browser: Browser, signed: tuple[Path, dict[str, str]]) -> None:
    folder, keys = signed
    cases = {line.format(**keys): reason for line, reason in REFUSED.items()}
    cases |= {line.format(**keys): "" for line in GOOD}
    armoured = (folder / "text.md.sig").read_text("utf-8")
    signature = read_signature(armoured.encode())
    by_python = {lines: signer_of(lines, signature, (AT, AT), ADA).reason for lines in cases}
    with serving(STATIC) as address:
        page = browser.new_page()
        page.goto(f"{address}favicon.ico")
        found = page.evaluate(ASK, [list(cases), armoured, AT.timestamp(), ADA])
        page.close()
    by_browser = dict(zip(cases, found, strict=True))
    by_openssh = {lines: accepts(folder, lines) for lines in cases}
    assert by_openssh == {lines: not reason for lines, reason in cases.items()}
    assert by_python == cases
    assert by_browser == cases
