#!/bin/bash
# Starts the program in a session of its own, so that it goes on when this script has ended.
set -euo pipefail

if pid=$(cat "$folder/pid" 2>/dev/null) && grep -qsF "$folder" "/proc/$pid/cmdline"; then
    echo "$program runs already, as process $pid"
    exit 0
fi
rm -f "$folder/heartbeat"
setsid nohup "$python" "$folder/$program" "$folder/settings.json" </dev/null >>"$folder/log" 2>&1 &
ctx instance runtime-properties pid "@$!"
echo "started $program as process $!"
