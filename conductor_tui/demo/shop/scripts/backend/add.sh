#!/bin/bash
# Lets the proxy (source) send requests to one application server (target).
set -euo pipefail

backends="$(ctx source instance runtime-properties folder)/backends"
file="$backends/$(ctx target instance id).backend"
mkdir -p "$backends"
ctx target instance runtime-properties address >"$file.new"
mv "$file.new" "$file"
echo "requests go to $(cat "$file") too"
