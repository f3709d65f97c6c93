#!/bin/bash
echo "no luck" >&2
exit 3
