#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What check writes for machines, held against the formats: strictly, and by the standard library.

The parts of SARIF 2.1.0 (OASIS) that check uses are described as the schema there describes them,
and nothing else is let pass; JUnit's XML must satisfy both of the schemas that readers use (Ant's,
windyroad/JUnit-Schema, and that of Jenkins's xUnit plugin): what either forbids is refused. GitLab's
code quality report and GitHub's workflow commands follow their documentation. All forms must tell
the same findings. With SARIF_AJV=FOLDER (node_modules with ajv-draft-04, beside the schema as
sarif.json) and JUNIT_XSD=FILE... the real schemas are asked, too.
"""

import json
import os
import re
import subprocess
import xml.etree.ElementTree as xml

TEXT, WHOLE, POSITIVE = "text", "whole", "positive"


def fits(value, shape, where):
    """A small schema: a dict is an object ('key!' is required), a list of one shape an array, a set
    an enumeration, a pattern a text that it matches, a word a type."""
    if isinstance(shape, dict):
        assert isinstance(value, dict), f"{where}: {value!r}"
        known = {key.rstrip("!"): part for key, part in shape.items()}
        missing = {key[:-1] for key in shape if key.endswith("!")} - set(value)
        assert not missing, f"{where}: {missing} missing"
        for key, part in value.items():
            assert "*" in known or key in known, f"{where}: unknown key {key}"
            fits(part, known.get(key, known.get("*")), f"{where}.{key}")
    elif isinstance(shape, list):
        assert isinstance(value, list), f"{where}: {value!r}"
        for index, item in enumerate(value):
            fits(item, shape[0], f"{where}[{index}]")
    elif isinstance(shape, set):
        assert value in shape, f"{where}: {value!r}"
    elif isinstance(shape, re.Pattern):
        assert isinstance(value, str) and shape.fullmatch(value), f"{where}: {value!r}"
    elif shape == TEXT:
        assert isinstance(value, str), f"{where}: {value!r}"
    else:
        assert type(value) is int and value >= (shape == POSITIVE), f"{where}: {value!r}"


MESSAGE = {"text!": TEXT}
SARIF = {
    "$schema": re.compile(r"https://\S+"), "version!": {"2.1.0"},
    "runs!": [{
        "columnKind": {"utf16CodeUnits", "unicodeCodePoints"},
        "tool!": {"driver!": {"name!": TEXT, "version": TEXT, "rules": [
            {"id!": TEXT, "shortDescription": MESSAGE}]}},
        "results": [{
            "ruleId": TEXT, "ruleIndex": WHOLE, "level": {"none", "note", "warning", "error"},
            "message!": MESSAGE, "partialFingerprints": {"*": TEXT},
            "locations": [{"physicalLocation": {
                # RFC 3986: what a URI reference may hold.
                "artifactLocation": {"uri": re.compile(r"([\w.~:/?#@!$&'()*+,;=-]|%[0-9A-F]{2})+",
                                                       re.ASCII)},
                "region": {"startLine": POSITIVE, "startColumn": POSITIVE}}}]}]}]}


def read_sarif(path):
    with open(path, encoding="utf-8") as file:
        log = json.load(file)
    fits(log, SARIF, "sarif")
    assert len(log["runs"]) == 1
    run = log["runs"][0]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(ids) == len(set(ids)), "rules are unique"
    rows = []
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"], result
        place = result["locations"][0]["physicalLocation"]
        rows.append((result["ruleId"], result["level"], place["region"]["startLine"],
                     place["region"].get("startColumn"), result["message"]["text"].split("\n")[0]))
    return rows


GITLAB = [{"check_name!": TEXT, "description!": TEXT, "fingerprint!": re.compile(r"[0-9a-f]{64}"),
           "severity!": {"info", "minor", "major", "critical", "blocker"},
           "location!": {"path!": re.compile(r"(?!\./|/).+"), "lines!": {"begin!": POSITIVE}}}]
OF_GITLAB = {"info": "note", "minor": "warning", "critical": "error"}


def read_gitlab(path):
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    fits(report, GITLAB, "gitlab")
    prints = [one["fingerprint"] for one in report]
    assert len(prints) == len(set(prints)), "fingerprints are unique"
    return [(one["check_name"], OF_GITLAB[one["severity"]], one["location"]["lines"]["begin"],
             one["description"]) for one in report]


CASE = {"name", "classname", "time"}
SUITE = {"package", "id", "name", "timestamp", "hostname", "tests", "failures", "errors", "skipped",
         "time"}


def read_junit(path):
    root = xml.parse(path).getroot()
    assert root.tag == "testsuites" and not root.attrib, root.attrib
    suite, = list(root)
    assert suite.tag == "testsuite" and set(suite.attrib) == SUITE, suite.attrib
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp"))
    tags = [child.tag for child in suite]
    cases = suite.findall("testcase")
    assert tags == ["properties"] + ["testcase"] * len(cases) + ["system-out", "system-err"], tags
    failed = []
    for case in cases:
        assert set(case.attrib) == CASE and len(case) <= 1, case.attrib
        for child in case:
            assert child.tag in ("failure", "skipped"), child.tag
            if child.tag == "failure":
                assert set(child.attrib) == {"type", "message"} and child.text
                failed.append((child.get("type"), child.get("message"),
                               child.text.split("\n")[0]))
    names = [case.get("name") for case in cases]
    assert len(names) == len(set(names)), "cases are unique"
    counts = [len(cases), len(failed), 0, len(suite.findall("testcase/skipped"))]
    said = [int(suite.get(key)) for key in ("tests", "failures", "errors", "skipped")]
    assert counts == said, (counts, said)
    return failed


def unescape(text, more):
    for code, byte in (*more, ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(code, byte)
    return text


def read_github(text):
    """The lines that begin with '::', as the runner takes them apart."""
    levels = {"notice": "note", "warning": "warning", "error": "error"}
    rows = []
    for line in text.splitlines():
        if not line.startswith("::"):
            continue
        command = re.fullmatch(r"::(notice|warning|error) ([^:]*)::(.*)", line)
        assert command, line
        fields = dict(field.split("=", 1) for field in command[2].split(","))
        assert set(fields) <= {"file", "line", "col", "title"}, line
        for key, value in fields.items():
            fields[key] = unescape(value, (("%3A", ":"), ("%2C", ",")))
        rows.append((fields["title"], levels[command[1]], int(fields.get("line", 0)) or None,
                     int(fields.get("col", 0)) or None,
                     unescape(command[3], ()).split("\n")[0], fields["file"]))
    return rows


def real_schemas(sarif, junit):
    folder, schemas = os.environ.get("SARIF_AJV"), os.environ.get("JUNIT_XSD")
    script = ("const fs = require('fs'), Ajv = require('ajv-draft-04');"
              "const ajv = new Ajv({strict: false, allErrors: true, formats:"
              " {uri: true, 'uri-reference': true, 'date-time': true, uuid: true}});"
              "const ok = ajv.compile(JSON.parse(fs.readFileSync('sarif.json')));"
              "if (!ok(JSON.parse(fs.readFileSync(process.argv[1]))))"
              " { console.log(ok.errors); process.exit(1); }")
    if folder:
        subprocess.run(["node", "-e", script, os.path.abspath(sarif)], cwd=folder, check=True)
    for schema in (schemas or "").split():
        subprocess.run(["xmllint", "--noout", "--nonet", "--schema", schema, junit], check=True)


def agree(document, folder, github):
    """One verdict in all its forms: each is well made, and they tell the same."""
    path = document["file"]
    while path.startswith("./"):
        path = path[2:]
    rows = [(one["rule"], one["severity"], one["line"], one["column"], one["message"])
            for one in document["findings"]]
    first = [(rule, level, line or 1, column if line else None, text)
             for rule, level, line, column, text in rows]
    assert read_sarif(folder + "/out.sarif") == first, (read_sarif(folder + "/out.sarif"), first)
    assert read_gitlab(folder + "/gitlab.json") == [
        (rule, level, line, text) for rule, level, line, _, text in first]
    assert read_junit(folder + "/junit.xml") == [
        (rule, text, path + (f":{line}:{column or 1}" if line else ""))
        for rule, level, line, column, text in rows if level == "error"]
    assert read_github(github) == [(*row, path) for row in rows], (read_github(github), rows)
    real_schemas(folder + "/out.sarif", folder + "/junit.xml")
    return rows


def ask(advisor, *words, folder="."):
    """check in every form: (status, the JSON document, its rows, what it says on both streams)."""
    files = ["--sarif", folder + "/out.sarif", "--gitlab", folder + "/gitlab.json",
             "--junit", folder + "/junit.xml", "--markdown", folder + "/comment.md"]
    command = [advisor, "check", *words, "--date", "2025-09-01"]
    done = [subprocess.run(command + [option, *files], stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True, check=False, cwd=folder)
            for option in ("--json", "--github")]
    assert done[0].returncode == done[1].returncode, words
    document = json.loads(done[0].stdout)
    rows = agree(document, folder, done[1].stdout)
    with open(folder + "/comment.md", encoding="utf-8") as file:
        comment = file.read()
    assert len(comment) < 65536 and "\x1b" not in comment
    return done[0].returncode, document, rows, done[1].stdout + done[1].stderr
