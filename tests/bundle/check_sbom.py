#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Holds a bill of materials against CycloneDX 1.6, as far as that is used, and against its manifest.

usage: check_sbom.py BILL MANIFEST

Members, their types, patterns and what must be unique are those of the specification's JSON schema;
package URLs are taken apart again.
"""

import json
import re
import sys
import urllib.parse

UUID = r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
HASH = {"MD5": r"[a-f0-9]{32}", "SHA-256": r"[a-f0-9]{64}"}
TYPES = {"application", "framework", "library", "container", "platform", "file"}


def members(value, required, allowed):
    assert isinstance(value, dict), value
    assert required <= set(value) <= required | allowed, sorted(value)
    for key, text in value.items():
        if isinstance(text, str):
            assert text, key


def check_component(component):
    members(component, {"type", "name"}, {"bom-ref", "externalReferences", "hashes", "licenses", "purl", "version"})
    assert component["type"] in TYPES
    for row in component.get("hashes", []):
        members(row, {"alg", "content"}, set())
        assert re.fullmatch(HASH[row["alg"]], row["content"]), row
    licenses = component.get("licenses", [])
    # either one expression, or licences
    assert len(licenses) == 1 if any("expression" in row for row in licenses) else True
    for row in licenses:
        if "expression" in row:
            members(row, {"expression"}, set())
        else:
            members(row, {"license"}, set())
            assert len(set(row["license"]) & {"id", "name"}) == 1 == len(row["license"]), row
    for row in component.get("externalReferences", []):
        members(row, {"type", "url"}, set())
        assert row["type"] == "distribution" and re.match(r"https?://[^@]*$", row["url"]), row


def purl_parts(purl):
    match = re.fullmatch(r"pkg:conda/([^@?]+)@([^@?]+)(?:\?(.*))?", purl)
    assert match and re.fullmatch(r"[A-Za-z0-9.\-_~:%/?&=@]+", purl), purl
    pairs = [pair.split("=", 1) for pair in (match[3] or "").split("&") if pair]
    assert pairs == sorted(pairs) and all(re.fullmatch("[a-z]+", key) for key, _ in pairs), purl
    return (urllib.parse.unquote(match[1]), urllib.parse.unquote(match[2]),
            {key: urllib.parse.unquote(value) for key, value in pairs})


def main():
    bill, manifest = (json.load(open(name)) for name in sys.argv[1:3])
    members(bill, {"bomFormat", "specVersion"},
            {"$schema", "components", "dependencies", "metadata", "serialNumber", "version"})
    assert bill["$schema"] == "http://cyclonedx.org/schema/bom-1.6.schema.json"
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(UUID, bill["serialNumber"])
    members(bill["metadata"], {"component", "tools"}, {"timestamp"})
    for component in bill["components"] + [bill["metadata"]["component"]] + bill["metadata"]["tools"]["components"]:
        check_component(component)
    if manifest["epoch"]:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", bill["metadata"]["timestamp"])
    else:
        assert "timestamp" not in bill["metadata"]
    refs = [c["bom-ref"] for c in bill["components"]] + [bill["metadata"]["component"]["bom-ref"]]
    assert len(set(refs)) == len(refs)
    assert sorted(row["ref"] for row in bill["dependencies"]) == sorted(refs)
    for row in bill["dependencies"]:
        members(row, {"ref"}, {"dependsOn"})
        assert set(row.get("dependsOn", [])) <= set(refs)
        assert len(set(row.get("dependsOn", []))) == len(row.get("dependsOn", []))
    assert bill["metadata"]["component"]["hashes"] == [{"alg": "SHA-256", "content": manifest["image"]["sha256"]}]

    # against the manifest
    packages = {p["name"]: p for p in manifest["packages"]}
    assert [c["name"] for c in bill["components"]] == sorted(packages)
    needs = {row["ref"]: set(row.get("dependsOn", [])) for row in bill["dependencies"]}
    by_name = {c["name"]: c["bom-ref"] for c in bill["components"]}
    for component in bill["components"]:
        package = packages[component["name"]]
        name, version, qualifiers = purl_parts(component["purl"])
        assert (name, version, component["version"]) == (package["name"], package["version"], package["version"])
        kind = "conda" if package["fn"].endswith(".conda") else "tar.bz2"
        wanted = {"build": package["build"], "channel": package["channel"], "subdir": package["subdir"], "type": kind}
        assert qualifiers == {k: v for k, v in wanted.items() if v}, qualifiers
        assert {h["alg"]: h["content"] for h in component["hashes"]}["SHA-256"] == package["sha256"]
        names = {re.match(r"[A-Za-z0-9_.\-]+", d)[0] for d in package["depends"]}
        assert needs[component["bom-ref"]] == {by_name[n] for n in names if n in by_name}


if __name__ == "__main__":
    main()
