# Building with a bar on a terminal and a line per ten per cent elsewhere; to be sourced after steps.sh.
# shellcheck shell=bash

build_log=.build/build.log
# The build that people run. With Swift's libraries inside the program a call into them is no detour: a request to the provider costs an
# eighth less processor time than with shared ones, and the program runs on a machine without Swift. The same everywhere, since another
# choice would compile everything again.
optimized=(-c release --static-swift-stdlib)

# build_benchmark PRODUCT: an executable of Benchmarks/.
build_benchmark() { swift build "${optimized[@]}" --product "$1" 2>&1 | grep -E 'error:|Build of' || true; }

# build_with_progress PREFIX TEXT COMMAND…: runs a `swift build`; sets built to 1 if anything was compiled. Ends on failure.
build_with_progress() {
    local prefix=$1 text=$2 status=0 begin=$SECONDS
    shift 2
    mkdir -p .build
    built=0
    # The status of the build travels through a file, because the loop must run in this shell to set built.
    local status_file
    status_file=$(mktemp)
    exec 3< <(
        code=0
        "$@" 2>&1 || code=$?
        printf '%s' "$code" >"$status_file"
    )
    : >"$build_log"
    local line partial="" done_steps all_steps percent figures last_percent=0 shown=-1
    # Reading times out once a second, so that the clock goes on while one file takes long.
    while :; do
        if IFS= read -r -t 1 -u 3 line; then
            line=$partial$line
            partial=""
            printf '%s\n' "$line" >>"$build_log"
            case $line in
            '['*/*']'*Compiling* | '['*/*']'*Emitting* | '['*/*']'*Linking* | Compiling*)
                if [ "$built" = 0 ]; then
                    built=1
                    unfold_steps
                    [ "$on_terminal" = 1 ] || printf '%s%s\n' "$prefix" "$text"
                fi
                done_steps=${line#\[}
                all_steps=${done_steps%%]*}
                done_steps=${all_steps%/*}
                all_steps=${all_steps#*/}
                ;;
            *) continue ;;
            esac
        else
            # More than 128 is the time-out; anything else is the end of the output.
            [ $? -gt 128 ] || break
            partial+=$line
        fi
        case ${done_steps:-} in '' | *[!0-9]*) continue ;; esac
        percent=$((done_steps * 100 / all_steps))
        if [ "$on_terminal" = 1 ]; then
            if [ "$shown" != "$done_steps-$SECONDS" ]; then
                figures="$(bar "$percent")  $done_steps/$all_steps   $(elapsed $((SECONDS - begin)))"
                # Narrow terminals get the figures without the text.
                line="$prefix$text   $figures"
                [ "${#line}" -lt "$columns" ] || line=$prefix$figures
                progress "$line"
                shown="$done_steps-$SECONDS"
            fi
        elif [ $((percent / 10)) -gt $((last_percent / 10)) ]; then
            printf '%s%s %%  %s/%s   %s\n' "$prefix" "$((percent / 10 * 10))" "$done_steps" "$all_steps" "$(elapsed $((SECONDS - begin)))"
            last_percent=$percent
        fi
    done
    exec 3<&-
    # The file is written after the output ends.
    while [ ! -s "$status_file" ]; do sleep 0.05; done
    status=$(cat "$status_file")
    rm -f "$status_file"
    end_progress
    [ "$status" = 0 ] || explain_failure "$status"
    if [ "$built" = 1 ] && [ "$on_terminal" = 1 ]; then
        printf '%s%s   %s\n' "$prefix" "$text" "$(elapsed $((SECONDS - begin)))"
    fi
}

# bar PERCENT: sixteen blocks.
bar() {
    local filled=$(($1 * 16 / 100)) blocks='████████████████' rest='░░░░░░░░░░░░░░░░'
    printf '%s%s' "${blocks:0:filled}" "${rest:filled}"
}

# Why the build ended, in one line, and the end.
explain_failure() {
    unfold_steps
    local memory_kib
    if grep -qE 'No space left on device' "$build_log"; then
        fail 2 "Building needs about 4 GB below ./.build; $(gigabytes "$(df -Pk . | awk 'NR == 2 { print $4 }')") GB are free."
    fi
    if [ "$1" = 137 ] || grep -qE 'due to signal 9|signal: 9|^Killed|Cannot allocate memory|out of memory|std::bad_alloc' "$build_log"; then
        memory_kib=$(awk '/^MemTotal/ { print $2 }' /proc/meminfo)
        fail 1 "The compiler was killed, probably for lack of memory ($(gigabytes "$memory_kib") GB). Try: make run JOBS=1"
    fi
    grep -E '(^|: )error: ' "$build_log" | sort -u | head -n 5 >&2 || true
    fail 1 "Building failed. The whole log: $build_log"
}

# The commit that was built, beside the executable; `hearth version` and /metrics tell it. Compiled in, it would rebuild everything.
write_revision() {
    local folder=$1 revision
    [ -x "$folder/hearth" ] || return 0
    revision=$(git rev-parse --short=12 HEAD 2>/dev/null) || revision=unknown
    if [ "$revision" != unknown ] && [ -n "$(git status --porcelain 2>/dev/null | head -n 1)" ]; then revision+=+changes; fi
    printf '%s\n' "$revision" >"$folder/hearth.revision"
}

# job_flags: the flags for JOBS=n.
job_flags() {
    jobs_given=()
    [ -z "${JOBS:-}" ] || jobs_given=(--jobs "$JOBS")
}
