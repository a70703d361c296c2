#!/usr/bin/env python3
"""Reduces a checkout of text-generation-inference to its router, in place. usage: tgi_router_only.py SOURCE_DIR

The workspace pins a toolchain, has members that need GPU libraries, and takes one crate from a repository that is also
published, with another signature of one function.
"""
import os
import re
import sys

ROOT = sys.argv[1]

PROFILE = """
[profile.dev]
debug = 0
incremental = false

# Two options of the router share a letter, which the parser refuses in a debug build alone.
[profile.dev.package.clap_builder]
debug-assertions = false
"""


def edit(name, *replacements):
    path = os.path.join(ROOT, name)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for pattern, replacement in replacements:
        text, count = re.subn(pattern, replacement, text, flags=re.DOTALL)
        if count == 0:
            sys.exit(f"{name} is not what was expected: {pattern} is not in it")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


toolchain = os.path.join(ROOT, "rust-toolchain.toml")
if os.path.exists(toolchain):
    os.remove(toolchain)
edit(
    "Cargo.toml",
    (r"(?<!default-)members = \[.*?\]", 'members = ["backends/v3", "backends/grpc-metadata", "router"]'),
    (r"default-members = \[.*?\]", 'default-members = ["backends/v3"]'),
    (r"\Z", lambda _: PROFILE),
)
edit("router/Cargo.toml", (r"outlines-core = [^\n]*", 'outlines-core = "=0.1.27"'))
edit(
    "router/src/validation.rs",
    (r"json_schema_to_regex\((&?json), None, &?json\)", r"json_schema_to_regex(\1, None)"),
    (
        r"\.map_err\(ValidationError::RegexFromSchema\)",
        ".map_err(|error| ValidationError::RegexFromSchema(anyhow::anyhow!(error.to_string())))",
    ),
)
