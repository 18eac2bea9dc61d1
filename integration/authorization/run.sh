#!/bin/sh
# Runs the OAuth client against authorization servers that nobody here wrote, with the modules of mcpflux that are installed in a
# local Maven repository: run.sh [REPOSITORY]. With MCPFLUX_HEAVY=true also against Keycloak.
set -eu
cd "$(dirname "$0")"
npm ci --no-audit --no-fund
mvn -B -ntp ${1:+"-Dmaven.repo.local=$1"} clean package
# a server of 170 MB, which takes half a minute to start: only where it is wanted
if [ -n "${MCPFLUX_HEAVY:-}" ]; then
    mvn -B -ntp -N ${1:+"-Dmaven.repo.local=$1"} dependency:unpack \
        -Dartifact=org.keycloak:keycloak-quarkus-dist:26.7.3:zip -DoutputDirectory=target/keycloak
fi
npm test
