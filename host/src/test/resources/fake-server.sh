#!/bin/sh
# A server that writes what it was started with beside itself: its arguments, its directory, its environment.
own=${0%/*}
[ $# -eq 0 ] || printf '%s\0' "$@" >"$own/args"
pwd -P >"$own/cwd"
env -0 >"$own/env"
while read -r line; do
    id=${line#*\"id\":}
    id=${id%%[,\}]*}
    answer='"error":{"code":-32601,"message":"Method not found"}'
    case $line in
        *'"server/discover"'*)
            answer='"result":{"supportedVersions":["2026-07-28"],"capabilities":{},"resultType":"complete","ttlMs":0,"cacheScope":"private","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"fake","version":"1"}}}' ;;
        *'"notifications/'*) continue ;;
    esac
    printf '{"jsonrpc":"2.0","id":%s,%s}\n' "$id" "$answer"
done
