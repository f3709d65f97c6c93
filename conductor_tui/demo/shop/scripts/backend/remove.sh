#!/bin/bash
# Lets the proxy (source) send no more requests to one application server (target).
set -euo pipefail

rm -f "$(ctx source instance runtime-properties folder)/backends/$(ctx target instance id).backend"
