# Printing of steps and faults, for the other scripts here; to be sourced.
# shellcheck shell=bash

# Blocks and ellipses are counted as characters, whatever the user's locale.
export LC_ALL=C.UTF-8

# A terminal gets bars and overwritten lines; a pipe gets whole lines only.
if [ -t 1 ] && [ "${TERM:-dumb}" != dumb ]; then on_terminal=1; else on_terminal=0; fi
columns=$( (stty size <&1) 2>/dev/null | cut -d ' ' -f 2) || true
case $columns in '' | *[!0-9]* | 0) columns=80 ;; esac

# fail STATUS LINE: one line to standard error, and the end.
fail() {
    local status=$1
    shift
    end_progress
    printf '%s\n' "$*" >&2
    exit "$status"
}

# step NUMBER TOTAL TITLE TEXT: held back while steps are folded, see fold_steps.
step() {
    local line
    printf -v line '[%s/%s] %-11s %s' "$1" "$2" "$3" "$4"
    line=${line%"${line##*[! ]}"}
    if [ "${folded:-0}" = 1 ]; then
        held_lines+=("$line")
    else
        end_progress
        printf '%s\n' "$line"
    fi
}

# From here on steps are held back; unfold_steps prints them as soon as there is something to tell.
fold_steps() {
    folded=1
    held_lines=()
}

unfold_steps() {
    [ "${folded:-0}" = 1 ] || return 0
    folded=0
    end_progress
    [ "${#held_lines[@]}" = 0 ] || printf '%s\n' "${held_lines[@]}"
    held_lines=()
}

# progress TEXT: a line that the next one overwrites; terminals only.
progress() {
    [ "$on_terminal" = 1 ] || return 0
    # A line that wraps could not be overwritten.
    printf '\r%s\033[K' "${1:0:columns-1}"
    progress_open=1
}

# Takes the overwritten line away.
end_progress() {
    [ "${progress_open:-0}" = 1 ] || return 0
    printf '\r\033[K'
    progress_open=0
}

# elapsed SECONDS: 2:31
elapsed() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

# gigabytes KIBIBYTES: 41, or 1.2 below ten.
gigabytes() {
    awk -v kib="$1" 'BEGIN { gb = kib * 1024 / 1e9; if (gb < 10) printf "%.1f", gb; else printf "%d", gb }'
}
