#!/bin/bash
# Is content when the program has given a sign of life; asks to be called again when it has not yet.
set -euo pipefail

if [ ! -e "$folder/heartbeat" ]; then
    ctx retry-operation "no heartbeat yet" @0.1
fi
