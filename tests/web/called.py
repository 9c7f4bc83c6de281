"""`pengaduan` as pages, units and scripts call it: would the program take it? Nothing is run."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from webapp.cli import pengaduan

CALLED = re.compile(r"(?:^|[\s/])pengaduan ([^/|;&<>\n][^|;&<>\n]*)")


def fault(words: list[str], *, whole: bool) -> str | None:
    """Why `pengaduan` would not understand `words`; a mention (not `whole`) may stop before its arguments."""
    command: click.Command = pengaduan
    path: list[str] = []
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.commands.get(words[0])
        if found is None:
            return f"no command {words[0]!r} in {path}"
        command, words = found, words[1:]
        path.append(command.name or "")
    if not whole:
        options = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        return next((word for word in words if word.startswith("--") and word not in options), None)
    try:
        command.make_context(command.name, words)
    except click.MissingParameter as error:
        return error.format_message()
    except click.BadParameter:  # a file that this machine does not have
        return None
    except click.UsageError as error:
        return error.format_message()
    return None


def calls(text: str) -> Iterator[str]:
    """The commands in shell text, without its comments; the wrapper's own "$@" is none."""
    for line in text.replace("\\\n", " ").splitlines():
        for said in CALLED.findall(line.partition("#")[0]):
            if not said.startswith('"$@"'):
                yield said


def leaves(command: click.Command, path: str = "") -> Iterator[str]:
    """Every command by its words."""
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from leaves(below, f"{path} {name}".strip())
    else:
        yield path
