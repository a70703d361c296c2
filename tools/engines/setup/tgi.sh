#!/bin/bash
# Builds the router of text-generation-inference 3 and what its stand-in shard needs. usage: tgi.sh CACHE_DIR SOURCE_DIR
# SOURCE_DIR is a checkout of the project (3.3.6 was tried); it is copied, not changed. It is on no package index.
# Needs cargo and a Python (3.9 or newer) with a shared libpython. JOBS is the number of compilers at once (default 1).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=$1
python=${PYTHON:-python3}
home=$cache/tgi
source=${2:-}
if [ ! -x "$home/source/target/debug/text-generation-router" ] && [ ! -f "$source/backends/v3/Cargo.toml" ]; then
  echo "no checkout of text-generation-inference (--tgi-source DIR)"
  exit 1
fi
mkdir -p "$home"
if [ ! -f "$home/python/done" ]; then
  "$python" -m venv "$home/python"
  # grpcio-tools brings a protoc, so that none has to be on the machine.
  "$home/python/bin/pip" install -q "grpcio>=1.66" "grpcio-tools>=1.66" "tokenizers>=0.22"
  touch "$home/python/done"
fi
if [ ! -x "$home/source/target/debug/text-generation-router" ]; then
  mkdir -p "$home/source"
  cp -a "$source/." "$home/source/"
  "$python" "$here/tgi_router_only.py" "$home/source"
  protoc=$home/protoc
  printf '#!/bin/bash\nexec "%s" -m grpc_tools.protoc "$@"\n' "$home/python/bin/python" > "$protoc"
  chmod +x "$protoc"
  cd "$home/source"
  cargo update -q -p metrics --precise 0.23.1
  PROTOC=$protoc PYO3_PYTHON=$("$python" -c 'import sys; print(sys.executable)') \
    cargo build -q -j "${JOBS:-1}" -p text-generation-router-v3 --bin text-generation-router --no-default-features
fi
if [ ! -f "$home/stubs/done" ]; then
  mkdir -p "$home/stubs"
  "$home/python/bin/python" -m grpc_tools.protoc -I "$home/source/proto/v3" --python_out="$home/stubs" \
    --grpc_python_out="$home/stubs" generate.proto
  touch "$home/stubs/done"
fi
if [ ! -f "$cache/model-tokenizer/done" ]; then
  "$home/python/bin/python" "$here/tiny_model.py" "$cache/model-tokenizer" tokenizer
  touch "$cache/model-tokenizer/done"
fi
"$python" -c 'import sysconfig; print(sysconfig.get_config_var("LIBDIR"))' > "$home/libpython-dir"
