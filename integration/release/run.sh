#!/bin/sh
# Unpacks the release, installs it as a user without Maven would, uses it, and removes it: run.sh [ARCHIVE]. Needs Java on the PATH
# or JAVA_HOME, and nothing else; what bash, zsh, fish and man do with it is tried where they are.
set -eu
archives=${1:-$(dirname "$0")/../../cli/target/mcpflux-*.tar.gz}
# shellcheck disable=SC2086 # a pattern
archive=$(ls $archives | head -1)
archive=$(cd "$(dirname "$archive")" && pwd)/${archive##*/}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
home="$scratch/home of a user"
prefix="$scratch/a prefix"
mkdir "$home" "$prefix" "$prefix/bin" "$scratch/work" "$scratch/bin"
touch "$prefix/bin/other"

fail() {
    echo "release: $*" >&2
    exit 1
}
# A machine on which nothing is set.
clean() {
    env -i PATH="$PATH" HOME="$home" LC_ALL=C.UTF-8 ${JAVA_HOME:+JAVA_HOME="$JAVA_HOME"} "$@"
}
contains() { # text part
    case $1 in
        *"$2"*) ;;
        *) fail "expected '$2' in: $1" ;;
    esac
}
there() { command -v "$1" >/dev/null 2>&1; }

tar xzf "$archive" -C "$scratch/work"
unpacked=$(echo "$scratch"/work/mcpflux-*)
if there unzip; then
    mkdir "$scratch/zip"
    unzip -q "${archive%.tar.gz}.zip" -d "$scratch/zip"
    diff -r "$scratch/zip" "$scratch/work" || fail "the zip archive differs from the other"
    [ -x "$scratch/zip/${unpacked##*/}/bin/mcpflux" ] || fail "the launcher in the zip archive cannot be executed"
    rm -rf "$scratch/zip"
fi
cd "$scratch/work"

# -- the launcher
contains "$(clean MCPFLUX_ARCHIVE=off "$unpacked/bin/mcpflux" --version)" "mcpflux "
mkdir -p "$scratch/old/bin"
printf 'JAVA_VERSION="11.0.2"\n' >"$scratch/old/release"
printf '#!/bin/sh\nexit 1\n' >"$scratch/old/bin/java"
chmod +x "$scratch/old/bin/java"
for tool in sh readlink dirname sed cat ls cksum tr wc; do
    ln -s "$(command -v $tool)" "$scratch/bin/$tool"
done
refusal=$(env -i PATH="$scratch/bin" HOME="$home" JAVA_HOME="$scratch/old" sh "$unpacked/bin/mcpflux" --version 2>&1) && fail "an old Java was used"
contains "$refusal" "Java 17 or newer is needed"
contains "$refusal" "is Java 11"
refusal=$(env -i PATH="$scratch/bin" HOME="$home" sh "$unpacked/bin/mcpflux" --version 2>&1) && fail "no Java was used"
contains "$refusal" "neither JAVA_HOME nor the PATH has one"
contains "$(JAVA_HOME="$scratch/old" MCPFLUX_ARCHIVE=off HOME="$home" "$unpacked/bin/mcpflux" --version)" "mcpflux "

# -- the installation
said=$(clean "$unpacked/install.sh" --prefix "$prefix")
contains "$said" "Installed mcpflux "
contains "$said" "$prefix/bin is not on the PATH"
contains "$said" "An archive of classes"
rm -rf "$unpacked"
mcpflux="$prefix/bin/mcpflux"
ln -s "$mcpflux" "$scratch/link"
contains "$(clean "$scratch/link" --version)" "mcpflux "
clean "$mcpflux" demo >"$scratch/demo" 2>&1 || fail "the demo failed: $(cat "$scratch/demo")"
contains "$(cat "$scratch/demo")" weather
contains "$(clean "$mcpflux" --server "s='$prefix/lib/mcpflux/lib/training-server'" call s__echo text=x)" "x"
[ ! -e "$home/.cache" ] || fail "an archive was made although the installation made one"
[ ! -e "$home/.m2" ] || fail "something made a local repository"

# -- manual and completion
[ -f "$prefix/share/mcpflux/mcp.schema.json" ] || fail "the schema is missing"
[ -f "$prefix/share/man/man1/mcpflux-call.1" ] || fail "a page of the manual is missing"
if there man && there col; then
    contains "$(clean MANPATH="$prefix/share/man" MANPAGER=cat man mcpflux-call | col -b)" "call a tool and print its result"
fi
printf '{"mcpServers": {"weather": {"command": "x"}}}' >mcp.json
if there bash; then
    offered=$(clean bash -c '
        PATH="$1/bin:$PATH"
        . "$1/share/bash-completion/completions/mcpflux"
        COMP_WORDS=(mcpflux tools --from w) COMP_CWORD=3
        _mcpflux
        echo "${COMPREPLY[@]}"' bash "$prefix")
    [ "$offered" = weather ] || fail "bash offered '$offered'"
fi
if there zsh; then
    clean zsh -fc 'fpath=("$1/share/zsh/site-functions" $fpath); autoload -Uz compinit && compinit -D; [ "$_comps[mcpflux]" = _mcpflux ]' zsh "$prefix" ||
        fail "zsh does not find its completion"
fi
if there fish; then
    offered=$(clean XDG_DATA_HOME="$prefix/share" PATH="$prefix/bin:$PATH" fish -c 'complete -C "mcpflux tools --from w"' | cut -f1)
    [ "$offered" = weather ] || fail "fish offered '$offered'"
fi

# -- once more over itself, and away
clean MCPFLUX_ARCHIVE=off "$prefix/lib/mcpflux/install.sh" --uninstall >"$scratch/removed"
contains "$(cat "$scratch/removed")" "Removed mcpflux from $prefix"
left=$(cd "$prefix" && find . -mindepth 1 | sort | tr '\n' ' ')
[ "$left" = "./bin ./bin/other " ] || fail "left behind: $left"

# -- nothing of somebody else is replaced
tar xzf "$archive" -C "$scratch/work"
touch "$mcpflux"
refusal=$(clean MCPFLUX_ARCHIVE=off "$unpacked/install.sh" --prefix "$prefix" 2>&1) && fail "a foreign file was replaced"
contains "$refusal" "--force replaces it"
[ ! -e "$prefix/lib" ] || fail "something was written before the refusal"
rm "$mcpflux"
for again in 1 2; do
    clean MCPFLUX_ARCHIVE=off "$unpacked/install.sh" --prefix="$prefix" >/dev/null
done
contains "$(clean MCPFLUX_ARCHIVE=off PATH="$prefix/bin:$PATH" mcpflux --version)" "mcpflux "
clean "$unpacked/install.sh" --uninstall --prefix "$prefix" >/dev/null
left=$(cd "$prefix" && find . -mindepth 1 | sort | tr '\n' ' ')
[ "$left" = "./bin ./bin/other " ] || fail "left behind after an update: $left"
refusal=$(clean "$unpacked/install.sh" --uninstall --prefix "$prefix" 2>&1) && fail "removed twice"
contains "$refusal" "there is no mcpflux in $prefix"
echo "release: $(basename "$archive") unpacks, installs, runs and is removed"
