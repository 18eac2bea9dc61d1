#!/bin/sh
# Installs mcpflux from the directory of this file, or removes it again. It changes nothing outside the prefix, and remembers what
# it wrote, so that exactly this is removed.
set -eu

usage() {
    cat <<'END'
Usage: install.sh [--prefix DIR] [--force]
       install.sh --uninstall [--prefix DIR]
Installs mcpflux below a directory, or removes it from there.
      --prefix DIR   The directory. Default: ~/.local
      --force        Replace a bin/mcpflux that was not installed by this script.
      --uninstall    Remove what was installed. Configuration, approvals and tokens are kept.
  -h, --help         Show this help and exit.
END
}

fail() {
    echo "install.sh: $1" >&2
    exit "${2:-1}"
}

# Makes a directory with its parents, and remembers those that were not there.
make_directory() {
    [ -d "$prefix/$1" ] && return
    case $1 in
        */*) make_directory "${1%/*}" ;;
    esac
    mkdir "$prefix/$1"
    echo "directory $1" >>"$list"
}

put() { # mode file target
    make_directory "${3%/*}"
    cp "$2" "$prefix/$3.new$$"
    chmod "$1" "$prefix/$3.new$$"
    mv -f "$prefix/$3.new$$" "$prefix/$3"
    echo "file $3" >>"$list"
}

uninstall() {
    [ -f "$installed" ] || fail "there is no mcpflux in $prefix that was installed by this script${1:-}"
    while read -r kind path; do
        case $path in
            /* | ../* | */../*) fail "$installed names a file outside the prefix: $path" ;;
        esac
        [ "$kind" != file ] || rm -f "$prefix/$path"
    done <"$installed"
    # the archives of classes that were made there
    rm -rf "$home/lib/archives"
    # backwards, so that a directory comes after what is in it; one that holds something else stays
    directories=$(sed -n 's/^directory //p' "$installed" | sed '1!G;h;$!d')
    rm -f "$installed"
    echo "$directories" | while read -r path; do
        [ -z "$path" ] || rmdir "$prefix/$path" 2>/dev/null || :
    done
}

install() {
    for needed in bin/mcpflux lib/mcpflux.jar lib/training-server LICENSE README.txt; do
        [ -f "$source/$needed" ] || fail "$source/$needed is missing: unpack the archive again, and start install.sh in it"
    done
    # before anything is written: is there a Java?
    version=$(MCPFLUX_ARCHIVE=off "$source/bin/mcpflux" --version) || exit 2
    link=$prefix/bin/mcpflux
    if [ -z "$force" ] && { [ -e "$link" ] || [ -L "$link" ]; } && [ "$(readlink "$link" || :)" != "$target" ]; then
        fail "$link is there already and was not installed by this script; --force replaces it"
    fi
    if [ -f "$installed" ]; then
        uninstall
    elif [ -e "$home" ]; then
        fail "$home is there already and was not installed by this script; move it away"
    fi
    mkdir -p "$prefix"
    list=$(mktemp)
    trap 'rm -f "$list"' EXIT

    put 755 "$source/bin/mcpflux" lib/mcpflux/bin/mcpflux
    put 644 "$source/lib/mcpflux.jar" lib/mcpflux/lib/mcpflux.jar
    put 755 "$source/lib/training-server" lib/mcpflux/lib/training-server
    put 755 "$source/install.sh" lib/mcpflux/install.sh
    put 644 "$source/LICENSE" lib/mcpflux/LICENSE
    put 644 "$source/README.txt" lib/mcpflux/README.txt
    put 644 "$source/share/mcpflux/mcp.schema.json" share/mcpflux/mcp.schema.json
    pages=0
    for page in "$source"/man/man1/*.1; do
        put 644 "$page" "share/man/man1/${page##*/}"
        pages=$((pages + 1))
    done
    put 644 "$source/completion/mcpflux.bash" share/bash-completion/completions/mcpflux
    put 644 "$source/completion/_mcpflux" share/zsh/site-functions/_mcpflux
    put 644 "$source/completion/mcpflux.fish" share/fish/vendor_completions.d/mcpflux.fish
    make_directory bin
    rm -f "$link"
    ln -s "$target" "$link"
    echo "file bin/mcpflux" >>"$list"
    cp "$list" "$installed"
    chmod 644 "$installed"

    echo "Installed $version:"
    echo "  $link"
    echo "  $home"
    echo "  $prefix/share/man/man1: $pages pages, man mcpflux shows the first"
    echo "  $prefix/share/mcpflux/mcp.schema.json, for editors"
    echo "  $prefix/share: completion for bash, zsh and fish, for new shells"
    if [ "${MCPFLUX_ARCHIVE:-}" != off ] && "$prefix/bin/mcpflux" --prepare-archive 2>/dev/null; then
        echo "An archive of classes makes its starts fast."
    fi
    case ":$PATH:" in
        *":$prefix/bin:"*) ;;
        *)
            echo
            echo "$prefix/bin is not on the PATH. For bash and zsh, add this line to ~/.profile or ~/.zprofile:"
            echo "  export PATH=\"$prefix/bin:\$PATH\""
            ;;
    esac
    echo
    echo "zsh finds its completion with this line in ~/.zshrc, before compinit:"
    echo "  fpath=(\"$prefix/share/zsh/site-functions\" \$fpath)"
    echo "To remove it: '$home/install.sh' --uninstall"
}

main() {
    source=$(cd "$(dirname "$0")" && pwd -P)
    prefix=
    force=
    action=install
    while [ $# -gt 0 ]; do
        case $1 in
            --prefix)
                [ $# -gt 1 ] || fail "--prefix needs a directory" 2
                prefix=$2
                shift
                ;;
            --prefix=*) prefix=${1#*=} ;;
            --force) force=yes ;;
            --uninstall) action=uninstall ;;
            -h | --help)
                usage
                exit 0
                ;;
            *)
                usage >&2
                fail "unknown argument: $1" 2
                ;;
        esac
        shift
    done
    if [ -z "$prefix" ]; then
        case $source in
            # the copy that was installed
            */lib/mcpflux) [ ! -f "$source/installed-files" ] || prefix=${source%/lib/mcpflux} ;;
        esac
    fi
    if [ -z "$prefix" ]; then
        [ -n "${HOME:-}" ] || fail "HOME is not set; use --prefix DIR" 2
        prefix=$HOME/.local
    fi
    case $prefix in
        /*) ;;
        *) prefix=$(pwd)/$prefix ;;
    esac
    prefix=${prefix%/}
    home=$prefix/lib/mcpflux
    installed=$home/installed-files
    target=../lib/mcpflux/bin/mcpflux
    if [ "$action" = uninstall ]; then
        uninstall " (--prefix names another directory)"
        echo "Removed mcpflux from $prefix. Your configuration, approvals and tokens are kept."
    else
        install
    fi
    exit 0
}

main "$@"
