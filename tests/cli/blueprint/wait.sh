#!/bin/bash
cat "$gate"
