#!/usr/bin/env python3
"""What Hearth is made of: the list of licences (docs/licenses.md) and the bill of materials of a release (CycloneDX 1.6).

usage: dependencies.py licenses            writes docs/licenses.md
       dependencies.py check               tells whether docs/licenses.md is what would be written; exit status 1 if not
       dependencies.py bill EXECUTABLE VERSION REVISION   prints the bill of materials of a built executable

What is known is taken from Package.swift, Package.resolved, the checkouts below .build, the list of linked objects of the latest build,
and Debian's package database. Nothing is asked over the network.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIST = ROOT / "docs/licenses.md"

# Debian's packages that the executable needs: what for, and the licence of the part that is used.
DEBIAN = {
    "libcurl4": ("calls to providers", "curl"),
    "libhiredis0.14": ("the protocol of Redis", "BSD-3-Clause"),
    "libpq5": ("PostgreSQL", "PostgreSQL"),
    "libsqlite3-0": ("the embedded database", "blessing"),
    "zlib1g": ("compressed answers to scrapes", "Zlib"),
    "libstdc++6": ("BoringSSL is partly C++", "GPL-3.0-or-later WITH GCC-exception-3.1"),
    "libgcc-s1": ("the run-time of the compilers", "GPL-3.0-or-later WITH GCC-exception-3.1"),
    "libc6": ("the system's library", "LGPL-2.1-or-later"),
}

# Code of others that the packages carry with them, by the module that holds it.
CARRIED = {
    "CNIOBoringSSL": ("BoringSSL", "OpenSSL AND ISC AND Apache-2.0"),
    "CCryptoBoringSSL": ("BoringSSL", "OpenSSL AND ISC AND Apache-2.0"),
    "CNIOLLHTTP": ("llhttp", "MIT"),
    "CXKCP": ("eXtended Keccak Code Package", "CC0-1.0"),
    "CYaml": ("libyaml", "MIT"),
}

TOOLCHAIN = ("Swift standard library, Dispatch and Foundation", "Apache-2.0 WITH Swift-exception AND Unicode-3.0")


def fail(text):
    print(text, file=sys.stderr)
    sys.exit(1)


def declared():
    """The dependencies of Package.swift: URL, minimum version and reason, which is the comment above."""
    found, reason, is_used = {}, [], False
    for line in (ROOT / "Package.swift").read_text().splitlines():
        text = line.strip()
        if text.startswith("//"):
            reason = ([] if is_used else reason) + [text[2:].strip()]
            is_used = False
        elif match := re.match(r'\.package\(url: "([^"]+)", from: "([^"]+)"', text):
            # Two in a row share one reason.
            found[identity(match[1])] = {"url": match[1], "minimum": match[2], "reason": " ".join(reason)}
            is_used = True
        else:
            reason = []
    return found


def identity(url):
    return url.rstrip("/").split("/")[-1].removesuffix(".git").lower()


def resolved():
    path = ROOT / "Package.resolved"
    if not path.exists():
        fail("Package.resolved is not there. Make it: swift package resolve")
    return {pin["identity"]: pin for pin in json.loads(path.read_text())["pins"]}


def checkout(pin):
    name = pin["location"].rstrip("/").split("/")[-1].removesuffix(".git")
    if (path := ROOT / ".build/checkouts" / name).is_dir():
        return path
    fail(f"The sources of {name} are not there. Fetch them: swift package resolve")


def licence(folder):
    files = sorted(file for file in folder.iterdir() if re.match(r"licen[sc]e", file.name, re.I))
    text = re.sub(r"\s+", " ", files[0].read_text(errors="replace")) if files else ""
    if "Apache License Version 2.0" in text:
        return "Apache-2.0 WITH Swift-exception" if "Runtime Library Exception" in text else "Apache-2.0"
    if "Permission is hereby granted, free of charge" in text:
        return "MIT"
    fail(f"The licence of {folder} is not known. Read it, then teach scripts/dependencies.py its name.")


def linked_modules():
    """The modules that are in the executable, from the newest list of its objects."""
    built = "hearth.product/Objects.LinkFileList"
    lists = [ROOT / ".build/release" / built, ROOT / ".build/debug" / built, ROOT / ".build-release/hearth.objects"]
    lists = [path for path in lists if path.exists()]
    if not lists:
        fail("Nothing has been built. Build it: make build")
    newest = max(lists, key=lambda path: path.stat().st_mtime)
    return set(re.findall(r"/([\w-]+)\.build/", newest.read_text()))


def packages():
    """Every package of Package.resolved, with what of it is in the executable."""
    direct, modules, found = declared(), linked_modules(), []
    pins = resolved()
    folders = {name: checkout(pin) for name, pin in pins.items()}
    manifests = {name: "".join(path.read_text() for path in folder.glob("Package*.swift")) for name, folder in folders.items()}
    for name, pin in sorted(pins.items()):
        own = {path.name for pattern in ("*/", "Sources/**/") for path in folders[name].glob(pattern) if path.is_dir()}
        users = sorted(
            other for other, text in manifests.items()
            if other != name and name in {identity(url) for url in re.findall(r'"(https://[^"\s]+)"', text)})
        found.append({
            "name": name, "version": pin["state"].get("version", ""), "commit": pin["state"]["revision"], "url": pin["location"],
            "licence": licence(folders[name]), "direct": direct.get(name), "users": users, "modules": sorted(own & modules)})
    missing = set(direct) - set(pins)
    if missing:
        fail(f"Package.resolved lacks {', '.join(sorted(missing))}. Renew it: swift package resolve")
    return found


def carried(found):
    """Foreign code in the packages that are linked."""
    return [(*CARRIED[module], package) for package in found for module in package["modules"] if module in CARRIED]


def document():
    found = packages()
    linked = [package for package in found if package["modules"]]
    lines = [
        "# Licences", "",
        "Everything that a built Hearth contains or needs, written by `make licenses`; a test holds it against `Package.swift`.",
        "Hearth itself is under [Apache-2.0](../LICENSE). A release is built from exactly the versions and commits of this list:",
        "`make release` refuses others.", "",
        "## Packages in the executable", "",
        "| Package | Version | Commit | Licence | Minimum | Reason |", "| --- | --- | --- | --- | --- | --- |",
    ]
    for package in linked:
        own = package["direct"]
        reason = own["reason"] if own else "needed by " + ", ".join(package["users"])
        minimum = own["minimum"] if own else ""
        lines.append(
            f"| [{package['name']}]({package['url'].removesuffix('.git')}) | {package['version']} | `{package['commit'][:12]}` "
            f"| {package['licence']} | {minimum} | {reason} |")
    lines += ["", "## Carried by them", "", "| Code | In | Licence |", "| --- | --- | --- |"]
    lines += [f"| {name} | {package['name']} | {terms} |" for name, terms, package in carried(found)]
    lines.append(f"| {TOOLCHAIN[0]} | the compiler's; in the executable of a release | {TOOLCHAIN[1]} |")
    lines += [
        "", "## Libraries of the system", "",
        "From Debian 12, which mends them; the bill of materials of a release has the versions that it was built with.", "",
        "| Debian package | What for | Licence |", "| --- | --- | --- |"]
    lines += [f"| {name} | {what} | {terms} |" for name, (what, terms) in DEBIAN.items()]
    others = [package for package in found if not package["modules"]]
    lines += [
        "", "## Fetched, not in the executable", "",
        "The package manager fetches what any part of a package could need.", "",
        "| Package | Version | Licence | Named by |", "| --- | --- | --- | --- |"]
    lines += [
        f"| [{package['name']}]({package['url'].removesuffix('.git')}) | {package['version']} | {package['licence']} "
        f"| {', '.join(package['users'])} |" for package in others]
    return "\n".join(lines) + "\n"


def debian_packages(executable):
    """The packages of every library that the loader gives the executable, also those that libraries need themselves."""
    files = re.findall(r"=> (/\S+)", subprocess.run(["ldd", executable], capture_output=True, text=True, check=True).stdout)
    names = set()
    for file in files:
        # The package database has either name where /lib is a link to /usr/lib.
        for path in (file, os.path.realpath(file), "/usr" + file):
            owner = subprocess.run(["dpkg-query", "-S", path], capture_output=True, text=True)
            if owner.returncode == 0:
                names.add(owner.stdout.split(":")[0])
                break
        else:
            fail(f"{file} belongs to no Debian package; a release is built with --static-swift-stdlib.")
    shown = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package}\t${Version}\t${Architecture}\n", *sorted(names)], capture_output=True, text=True, check=True)
    return [line.split("\t") for line in shown.stdout.splitlines()]


def debian_licence(name):
    """As Debian's machine-readable copyright file begins; none where it is not machine-readable."""
    if name in DEBIAN:
        return DEBIAN[name][1]
    path = pathlib.Path("/usr/share/doc") / name / "copyright"
    match = re.search(r"^License:\s*(\S.*)$", path.read_text(errors="replace"), re.M) if path.exists() else None
    return match[1].strip() if match else "see /usr/share/doc/" + name + "/copyright"


def bill(executable, version, revision):
    def terms(text):
        # Names of Debian that SPDX does not have are given as names.
        known = re.fullmatch(r"[A-Za-z0-9.-]+", text) and text in SPDX
        return [{"license": {"id" if known else "name": text}}] if " WITH " not in text and " AND " not in text else [{"expression": text}]

    found = packages()
    parts = []
    for package in found:
        if not package["modules"]:
            continue
        path = package["url"].removesuffix(".git").removeprefix("https://")
        parts.append({
            "type": "library", "bom-ref": f"pkg:swift/{path}@{package['version']}", "name": package["name"], "version": package["version"],
            "purl": f"pkg:swift/{path}@{package['version']}", "licenses": terms(package["licence"]),
            "externalReferences": [{"type": "vcs", "url": package["url"]}],
            "properties": [{"name": "hearth:commit", "value": package["commit"]}]})
    for name, licence_text, package in carried(found):
        parts.append({
            "type": "library", "bom-ref": f"carried:{package['name']}/{name}", "name": name, "version": f"as in {package['name']} {package['version']}",
            "licenses": terms(licence_text)})
    swift = re.search(r"Swift version (\S+)", subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout)
    parts.append({
        "type": "library", "bom-ref": "toolchain:swift", "name": TOOLCHAIN[0], "version": swift[1] if swift else "unknown",
        "licenses": terms(TOOLCHAIN[1])})
    for name, number, architecture in debian_packages(executable):
        reference = f"pkg:deb/debian/{name}@{number}?arch={architecture}&distro=debian-12"
        parts.append({
            "type": "library", "bom-ref": reference, "name": name, "version": number, "purl": reference,
            "licenses": terms(debian_licence(name))})
    moment = int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        # The same release has the same number.
        "serialNumber": "urn:uuid:" + str(uuid.uuid5(uuid.NAMESPACE_URL, f"hearth/{version}/{revision}")),
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment)),
            "component": {
                "type": "application", "bom-ref": "hearth", "name": "hearth", "version": version,
                "licenses": [{"license": {"id": "Apache-2.0"}}], "properties": [{"name": "hearth:commit", "value": revision}]}},
        "components": parts,
        "dependencies": [{"ref": "hearth", "dependsOn": [part["bom-ref"] for part in parts]}],
    }


SPDX = {"Apache-2.0", "MIT", "curl", "BSD-3-Clause", "BSD-2-Clause", "PostgreSQL", "blessing", "Zlib", "ISC", "LGPL-2.1-or-later", "CC0-1.0"}


def main(words):
    if words == ["licenses"]:
        LIST.write_text(document())
    elif words == ["check"]:
        if not LIST.exists() or LIST.read_text() != document():
            fail("docs/licenses.md is not about the dependencies as they are now. Renew it: make licenses; then look at what changed.")
    elif len(words) == 4 and words[0] == "bill":
        print(json.dumps(bill(*words[1:]), indent=1, ensure_ascii=False))
    else:
        print(__doc__, file=sys.stderr)
        sys.exit(2)


main(sys.argv[1:])
