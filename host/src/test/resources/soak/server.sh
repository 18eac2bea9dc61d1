#!/bin/sh
# A server for soak tests: server.sh LOG ERA. It writes the number of each call into LOG before it answers: "act" stands for a
# tool that acts, "look" for one that only reads, "slow" for one that takes a moment and acts.
log=$1
era=$2
schema='"inputSchema":{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}'
tools='{"tools":[{"name":"act",'$schema'},{"name":"slow",'$schema'},{"name":"look",'$schema',"annotations":{"readOnlyHint":true}}],"resultType":"complete","ttlMs":0,"cacheScope":"private"}'
while read -r line; do
    id=${line#*\"id\":}
    id=${id%%[,\}]*}
    answer='"error":{"code":-32601,"message":"Method not found"}'
    case $era$line in
        modern*'"server/discover"'*)
            answer='"result":{"supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"resultType":"complete","ttlMs":0,"cacheScope":"private","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"soak","version":"1"}}}' ;;
        legacy*'"initialize"'*)
            answer='"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"soak","version":"1"}}' ;;
        legacy*'"ping"'*) answer='"result":{}' ;;
        *'"tools/list"'*) answer="\"result\":$tools" ;;
        *'"tools/call"'*)
            n=${line#*\"n\":}
            n=${n%%[,\}]*}
            case $line in
                *'"name":"look"'*) ;;
                *'"name":"slow"'*) printf '%s\n' "$n" >>"$log"; sleep 0.05 ;;
                *) printf '%s\n' "$n" >>"$log" ;;
            esac
            answer='"result":{"content":[{"type":"text","text":"'$n'"}],"resultType":"complete"}' ;;
        *'"notifications/'*) continue ;;
    esac
    printf '{"jsonrpc":"2.0","id":%s,%s}\n' "$id" "$answer"
done
