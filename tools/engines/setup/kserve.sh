#!/bin/bash
# Installs KServe's Python server. usage: kserve.sh CACHE_DIR       It takes its OpenAI types from vLLM, which is installed as well.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=$1
python=${PYTHON:-python3}
home=$cache/kserve
"$here/llama-cpp.sh" "$cache"
"$here/vllm.sh" "$cache"
[ -f "$home/done" ] && exit 0
"$python" -m venv "$home"
"$cache/vllm/bin/uv" pip install -q --python "$home/bin/python" kserve==0.21.0
packages_of() { "$1" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }
# vLLM's packages are found after KServe's own.
packages_of "$cache/vllm/bin/python" > "$(packages_of "$home/bin/python")/zz_vllm.pth"
touch "$home/done"
