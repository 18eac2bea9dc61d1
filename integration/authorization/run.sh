#!/bin/sh
# Runs the OAuth client against authorization servers that nobody here wrote, with the modules of mcpflux that are installed in a
# local Maven repository: run.sh [REPOSITORY]
set -eu
cd "$(dirname "$0")"
npm ci --no-audit --no-fund
mvn -B -ntp ${1:+"-Dmaven.repo.local=$1"} clean package
npm test
