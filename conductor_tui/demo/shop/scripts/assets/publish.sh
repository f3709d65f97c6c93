#!/bin/bash
# Copies the shop's static files to where the proxy finds them.
set -euo pipefail

folder="$directory/$(ctx instance id)"
mkdir -p "$folder"
for file in $files; do
    ctx download-resource "assets/$file" "$folder/$file" >/dev/null
    echo "published $file"
done
ctx instance runtime-properties folder "$folder"
