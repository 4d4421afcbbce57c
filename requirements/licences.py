"""`python -m requirements.licences`: licences of what the bot runs on, as their packages state them."""

from importlib import metadata

from requirements.locks import pins

_HEAD = """# Licences

What the bot runs on (`requirements/run.txt`), as each package states its licence; written by `make licences`.
All are used unmodified, as libraries. The LGPL asks whoever passes the bot on to let its libraries be
replaced, which a Python environment does.

| package | licence |
|---|---|
"""
_OTHER_NAMES = {
    "Apache 2.0": "Apache-2.0",
    "MIT License": "MIT",
    "The MIT License (MIT)": "MIT",
    "BSD License": "BSD",
    "LGPL": "LGPL-2.1-or-later",
}


def licences() -> dict[str, str]:
    """Licence by name. Raises `LookupError` for a package that states none."""
    return {name: _stated(name) for name in pins("run")}


def _stated(name: str) -> str:
    said = metadata.metadata(name)
    classifiers = [
        line.split(" :: ")[-1] for line in said.get_all("Classifier") or [] if line.startswith("License")
    ]
    # The first line of the licence itself is its name.
    text = metadata.distribution(name).read_text(f"licenses/{said['License-File']}") or ""
    licence: str | None
    for licence in (said["License-Expression"], said["License"], *classifiers, text.partition("\n")[0]):
        if licence and "\n" not in licence:
            return _OTHER_NAMES.get(licence, licence)
    raise LookupError(f"{name} states no licence")


def table() -> str:
    return _HEAD + "".join(f"| {name} | {licence} |\n" for name, licence in licences().items())


if __name__ == "__main__":
    print(table(), end="")
