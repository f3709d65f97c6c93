#!/bin/bash
# Puts the program into a folder of its own under the machine's directory.
set -euo pipefail

folder="$directory/$(ctx instance id)"
mkdir -p "$folder"
for file in "$program" service.py; do
    ctx download-resource "programs/$file" "$folder/$file" >/dev/null
done
ctx instance runtime-properties folder "$folder"
