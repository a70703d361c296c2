#!/bin/bash
# Installs Triton (from the wheel of PyTriton, which carries the server). usage: triton.sh CACHE_DIR
# Needs a Python (3.8 to 3.13) with a shared libpython. PYTHON is the interpreter.
set -euo pipefail
cache=$1
python=${PYTHON:-python3}
home=$cache/triton
[ -f "$home/done" ] && exit 0
"$python" -m venv "$home"
"$home/bin/pip" install -q nvidia-pytriton==0.7.0
version=$("$home/bin/python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
server=$home/lib/python$version/site-packages/pytriton/tritonserver
# The Python backend wants the stub of this Python beside it.
cp "$server/python_backend_stubs/$version/triton_python_backend_stub" "$server/backends/python/"
chmod +x "$server/backends/python/triton_python_backend_stub" "$server/bin/tritonserver"
ln -sfn "$server" "$home/server"
ln -sfn "$home/lib/python$version/site-packages" "$home/packages"
"$home/bin/python" -c 'import sysconfig; print(sysconfig.get_config_var("LIBDIR"))' > "$home/libpython-dir"
touch "$home/done"
