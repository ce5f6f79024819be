#!/usr/bin/env python3
"""Writes the man page tightlip(1), from what the program says of its own commands and options.

    manual.py PROGRAM > tightlip.1
"""

import json
import re
import subprocess
import sys

END = r"""
.SH EXIT STATUS
.TP
.B 0
End of the input, however much was blocked; or nothing is wrong.
.TP
.B 1
Input or output failed; or the command looked for problems and found some.
.TP
.B 2
Wrong options, pack or policy; no message was read.
.PP
A program that ended otherwise was killed or crashed: what it had not answered is blocked.
.B A verdict that never came is a block.
.SH ENVIRONMENT
.TP
.B TIGHTLIP_PACK
The folder of the pack, or a pack image, where no option names one.
.TP
.B NO_COLOR
No colour on terminals.
.SH FILES
.TP
.I share/tightlip/pack
The shipped pack, below the prefix of the installation: word lists, patterns, the default policy
.RI ( policies/default.yaml ,
with every key explained) and where each list comes from
.RI ( SOURCES.md ).
.SH EXAMPLES
One message:
.PP
.in +4n
.EX
echo '{"text":"Hi Dana, your A1c came back at 9.1"}' | tightlip filter
.EE
.in
.PP
Plain text, one message a line:
.PP
.in +4n
.EX
tightlip filter \-\-format lines < messages.txt
.EE
.in
.PP
Why a message is judged as it is:
.PP
.in +4n
.EX
tightlip explain "Your chart 00418823 is ready"
.EE
.in
.SH SEE ALSO
.BR jq (1)
.PP
The C interface is described in
.IR tightlip.h .
"""


def escape(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.MULTILINE)


def paragraphs(text):
    return "\n.PP\n".join(escape(part.strip()) for part in text.split("\n\n") if part.strip())


def option(argument):
    if argument["kind"] == "positional":
        return ".I " + escape(argument["valueName"])
    names = ", ".join(
        ("--" if name["kind"] == "long" else "-") + name["name"] for name in argument["names"])
    line = "\\fB" + escape(names) + "\\fR"
    if argument["kind"] == "option":
        line += " \\fI" + escape(argument["valueName"]) + "\\fR"
    return line


def describe(argument):
    text = argument.get("abstract", "")
    if argument.get("discussion"):
        text += " " + argument["discussion"]
    if argument.get("allValues"):
        text += f" One of {', '.join(argument['allValues'])}."
    if argument.get("defaultValue") and argument["kind"] == "option":
        text += f" Default: {argument['defaultValue']}."
    return escape(text.strip())


def arguments(command):
    return [a for a in command.get("arguments", [])
            if a["shouldDisplay"] and a["valueName"] not in ("help", "version")]


def section(command, path):
    name = path + " " + command["commandName"]
    lines = [f".SS {escape(name)}", escape(command.get("abstract", ""))]
    if command.get("discussion"):
        lines += [".PP", paragraphs(command["discussion"])]
    for argument in arguments(command):
        lines += [".TP", option(argument), describe(argument)]
    for inner in command.get("subcommands", []):
        if inner["commandName"] != "help" and inner["shouldDisplay"]:
            lines += section(inner, name)
    return lines


def main():
    program = sys.argv[1]
    root = json.loads(
        subprocess.run([program, "--experimental-dump-help"], capture_output=True, check=True).stdout)["command"]
    version = subprocess.run([program, "--version"], capture_output=True, check=True, text=True).stdout.split()[1]
    lines = [
        f'.TH TIGHTLIP 1 "" "tightlip {escape(version)}" "User commands"',
        ".SH NAME",
        "tightlip \\- pass, redact or block text messages that may hold health information",
        ".SH SYNOPSIS",
        ".B tightlip",
        ".I command",
        ".RI [ option \\&.\\|.\\|.]",
        ".SH DESCRIPTION",
        paragraphs(
            root["abstract"] + " Everything happens on this machine; nothing is sent anywhere. Whatever cannot "
            "be read or fully looked at is blocked.\n\nA filter misses things. That it passes a message is no "
            "promise that the message holds nothing."),
        ".SH COMMANDS",
        "Every command answers",
        ".BR \\-\\-help .",
    ]
    for command in root["subcommands"]:
        if command["commandName"] != "help" and command["shouldDisplay"]:
            lines += section(command, "tightlip")
    print("\n".join(lines) + END.rstrip("\n"))


if __name__ == "__main__":
    main()
