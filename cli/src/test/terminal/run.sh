#!/usr/bin/env bash
# Runs the command line in a real terminal, tmux, after a build:
#   run.sh check       compares what tmux shows, at 60 and 120 columns, on dark and on light, with src/test/resources/sessions
#   run.sh update      the same, but writes the sessions of watch anew; SessionsTest writes the others
#   run.sh pictures    records the pictures of docs/images
set -euo pipefail
cd "$(dirname "$0")/../../.."
here=$PWD
mcpflux=$here/target/mcpflux
scratch=$(mktemp -d)
socket=mcpflux-$$
pids=
finish() {
    tmux -L "$socket" kill-server 2>/dev/null || :
    [ -z "$pids" ] || kill $pids 2>/dev/null || :
    rm -rf "$scratch"
}
trap finish EXIT

# A terminal of a size and a background, in which a command runs: terminal COLUMNS ROWS dark|light COMMAND…
terminal() {
    local columns=$1 rows=$2 style=$3
    shift 3
    local colours='bg=black,fg=white' hint='15;0'
    [ "$style" = dark ] || { colours='bg=white,fg=black' hint='0;15'; }
    tmux -L "$socket" kill-session -t s 2>/dev/null || :
    tmux -L "$socket" new-session -d -s s -x "$columns" -y "$rows" -e COLORFGBG="$hint" -e LC_ALL=C.UTF-8 "$@"
    tmux -L "$socket" set -g status off \; set -g window-style "$colours"
}

screen() { tmux -L "$socket" capture-pane -t s -p "$@"; }

# Waits until the screen shows a line: await PATTERN
await() {
    local i
    for i in $(seq 300); do
        if screen | grep -qE "$1"; then return 0; fi
        sleep 0.05
    done
    echo "the terminal does not show '$1':" >&2
    screen >&2
    return 1
}

# -- check

# Golden files write styles as <1|text>.
styled() {
    perl -CSD -pe 's/\e\[49m//g; s/\e\[(0|39)?m/\x01/g; s/\e\[([0-9;]+)m([^\e\x01\n]*)(\x01|$)/<$1|$2>/g; s/\x01//g; s/ +$//'
}

compare() { # name columns style line
    local file=src/test/resources/sessions/$1-$2.txt capture=() colour='NO_COLOR=1'
    case $4 in
        *--color*) capture=(-e) ;;
    esac
    local words="-c target/sessions/mcp.json $4"
    case $4 in *--help*) words=$4 ;; esac
    terminal "$2" 200 "$3" "env $colour MCPFLUX_ARCHIVE=${MCPFLUX_ARCHIVE:-on} '$mcpflux' $words; echo \"[exit code \$?]\"; exec cat"
    await '^\[exit code [0-9]+\]$' || return 1
    {
        echo "\$ mcpflux $4"
        if [ ${#capture[@]} -gt 0 ]; then screen -e | styled; else screen; fi | sed '/^\[exit code/q'
    } | sed -E "s#$url#http://127.0.0.1/mcp#; s/\\b[0-9]{1,4} ms +/… ms        /; s/\\b[0-9.]+ ms(\\)|$)/… ms\\1/; s/since: .*/since: …/; s/ +\$//" >"$scratch/shown"
    if ! diff -u "$file" "$scratch/shown"; then
        echo "a terminal of $2 columns, $3, shows something else than $file" >&2
        return 1
    fi
}

# The screen of watch, whose times are of one digit in its first seconds.
watch() { # columns style
    local file=src/test/resources/sessions/watch-$1.txt
    terminal "$1" 14 "$2" "env NO_COLOR=1 '$mcpflux' -c target/sessions/mcp.json watch --probe off; exec cat"
    await '^1/3 ready, 1 disabled, 1 failed' || return 1
    await 'weather .*ready: weather' || return 1
    screen | sed -E 's/[0-9]{2}:[0-9]{2}:[0-9]{2}/hh:mm:ss/; s/\b[0-9]s\b/#s/g; s/ +$//' >"$scratch/shown"
    tmux -L "$socket" send-keys -t s q
    if [ -n "${update:-}" ]; then cp "$scratch/shown" "$file"; fi
    diff -u "$file" "$scratch/shown" || {
        echo "watch in a terminal of $1 columns, $2, shows something else than $file" >&2
        return 1
    }
}

check() {
    mkdir -p target/sessions
    mkfifo "$scratch/in"
    sleep 600 >"$scratch/in" &
    pids="$pids $!"
    java -cp target/test-classes:target/mcpflux.jar dev.mcpflux.cli.WeatherServer <"$scratch/in" >"$scratch/url" &
    pids="$pids $!"
    for _ in $(seq 200); do [ -s "$scratch/url" ] && break; sleep 0.05; done
    url=$(cat "$scratch/url")
    [ -n "$url" ] || { echo "the server of the tests does not start: are its classes compiled?" >&2; exit 1; }
    cat >target/sessions/mcp.json <<END
{"mcpServers": {
  "weather": {"type": "http", "url": "$url"},
  "broken": {"command": "sh", "args": ["-c", "echo 'the database is locked' >&2; exit 7"]},
  "archive": {"command": "archive", "disabled": true}}}
END
    local failed=0 compared=0 columns name line style
    while IFS='|' read -r name line; do
        name=${name// /}
        line=${line# }
        for columns in 60 120; do
            # the background must make no difference, and can make one only where there are colours
            for style in dark $(case $name in *color*) echo light ;; esac); do
                # a server that ends at once can be seen to end in two ways
                compare "$name" "$columns" "$style" "$line" >"$scratch/first" 2>&1 ||
                    compare "$name" "$columns" "$style" "$line" || failed=1
                compared=$((compared + 1))
            done
        done
    done <<'END'
servers       | servers
servers-color | servers --color=always
tools         | tools
call          | call weather__lookup city=Paris
call-error    | call weather__stations
tool          | tool weather__forecast
inspect       | inspect weather
call-unknown  | call weather__lokup city=Paris
help-tools    | tools --help
END
    for columns in 60 120; do
        for style in dark light; do
            watch "$columns" "$style" >"$scratch/first" 2>&1 || watch "$columns" "$style" || failed=1
            compared=$((compared + 1))
        done
    done
    [ "$failed" = 0 ] || exit 1
    echo "$compared sessions look in a terminal as in the tests"
}

# -- pictures

type() { tmux -L "$socket" send-keys -t s -l "$1"; tmux -L "$socket" send-keys -t s Enter; }

picture() { # name title
    screen -e >"$scratch/$1.txt"
    java src/build/java/SessionPicture.java "$scratch/$1.txt" "$columns" "$2" "../docs/images/$1.svg"
    ls -l "../docs/images/$1.svg"
}

pictures() {
    local server=$here/../samples/weather-server/target/weather-server.jar
    local columns=100
    mkdir -p "$scratch/bin" "$scratch/home"
    ln -s "$mcpflux" "$scratch/bin/mcpflux"
    # what it starts is the same each time; a name like that of a program is better to read than a path
    printf '#!/bin/sh\nexec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -jar "%s" "$@"\n' "$server" >"$scratch/bin/weather-server"
    chmod +x "$scratch/bin/weather-server"
    cat >"$scratch/home/mcp.json" <<'END'
{"mcpServers": {
  "weather": {"command": "weather-server", "args": ["--name=weather", "--offer=weather"]},
  "clock": {"command": "weather-server", "args": ["--name=clock", "--offer=time"]}}}
END
    sed '$s/}}$/,\n  "tracker": {"command": "sh", "args": ["-c", "echo database is locked >\&2; exit 7"]}}}/' \
        "$scratch/home/mcp.json" >"$scratch/home/all.json"
    printf "PS1='\\\\[\\\\e[32m\\\\]\$\\\\[\\\\e[0m\\\\] '\nPATH='%s':\$PATH\ncd '%s'\nclear\n" "$scratch/bin" "$scratch/home" >"$scratch/rc"
    terminal "$columns" 24 dark "bash --noprofile --rcfile '$scratch/rc' -i"
    await '^\$'
    tmux -L "$socket" resize-window -t s -x "$columns" -y 22
    type "mcpflux -c mcp.json servers"
    await '^clock +ready'
    sleep 1
    type "mcpflux -c mcp.json tools"
    await 'clock__current_time'
    sleep 1
    type "mcpflux -c mcp.json call weather_lookup city=Paris units=metric"
    await '^Paris, France'
    sleep 1
    picture terminal "mcpflux"

    terminal "$columns" 13 dark "bash --noprofile --rcfile '$scratch/rc' -i"
    await '^\$'
    type "mcpflux -c all.json watch --probe 1s"
    await 'tracker +failed'
    await 'clock +ready'
    sleep 7
    picture watch "mcpflux watch"
    tmux -L "$socket" send-keys -t s q
    sleep 1
}

command -v tmux >/dev/null || { echo "there is no tmux" >&2; exit 2; }
printf 'set -g exit-empty off\n' >"$scratch/tmux.conf"
tmux -L "$socket" -f "$scratch/tmux.conf" start-server
case ${1:-} in
    check) check ;;
    update) update=yes check ;;
    pictures) pictures ;;
    *) sed -n '2,5s/^# *//p' "$0"; exit 2 ;;
esac
