# The C libraries of the build and the servers of the tests; to be sourced after steps.sh.
# shellcheck shell=bash

libraries=(libhiredis-dev libpq-dev libcurl4-openssl-dev libsqlite3-dev zlib1g-dev)
library_modules=(hiredis libpq libcurl sqlite3 zlib)
test_servers=(redis-server postgresql pgbouncer prometheus prometheus-alertmanager sqlite3 strace python3-yaml python3-prometheus-client
    nftables iproute2)
# What the checks of the page use: a browser, its driver's Python, a reader of what is printed, a proxy with a path prefix.
page_tools=(chromium python3-venv poppler-utils nginx-light)

# missing_packages PACKAGE…: those that are not installed.
missing_packages() {
    local package
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || printf '%s ' "$package"
    done
}

# missing_modules MODULE…: those that neither pkg-config nor the usual folders know.
missing_modules() {
    local module
    for module in "$@"; do
        if command -v pkg-config >/dev/null; then
            pkg-config --exists "$module" && continue
        elif compgen -G "/usr/lib*/pkgconfig/$module.pc" >/dev/null || compgen -G "/usr/lib/*/pkgconfig/$module.pc" >/dev/null; then
            continue
        fi
        printf '%s ' "$module"
    done
}

# Sets as_root to the words before a command that needs rights: none for root, sudo, or ends.
find_rights() {
    local missing=$1
    as_root=()
    [ "$(id -u)" != 0 ] || return 0
    if command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
        as_root=(sudo)
        return 0
    fi
    fail 2 "These Debian packages are missing: ${missing% }. Install them as root: apt-get install ${missing% }"
}

# install_packages LOG PACKAGE…: from the lists as they are, then from new ones.
install_packages() {
    local log=$1 attempt
    shift
    for attempt in old new; do
        [ "$attempt" = old ] || "${as_root[@]}" apt-get update >>"$log" 2>&1 || true
        # RUNLEVEL keeps System V scripts from starting what is installed.
        if "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=60 "$@" >>"$log" 2>&1; then
            return 0
        fi
    done
    fail 1 "Installing $* failed: $(sed -n 's/^E: //p' "$log" | tail -n 1). The whole log: $log"
}

# The libraries of the build; prints step 2 of TOTAL, or nothing when that is 0.
ensure_libraries() {
    local total=$1 missing log=.build/libraries.log begin=$SECONDS
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        missing=$(missing_modules "${library_modules[@]}")
        [ -z "$missing" ] || fail 2 "These libraries are missing, by their pkg-config names: ${missing% }. Install them with their headers, then try again."
        [ "$total" = 0 ] || step 2 "$total" Libraries "all there"
        return 0
    fi
    missing=$(missing_packages "${libraries[@]}")
    if [ -z "$missing" ]; then
        [ "$total" = 0 ] || step 2 "$total" Libraries "all there"
        return 0
    fi
    find_rights "$missing"
    unfold_steps
    mkdir -p .build
    : >"$log"
    local how="${as_root[*]:+${as_root[*]} }apt-get"
    [ "$on_terminal" = 0 ] || progress "[2/$total] Libraries   installing ${missing% } ($how)"
    # The names are words of our own list.
    # shellcheck disable=SC2086
    install_packages "$log" $missing
    [ "$total" = 0 ] || step 2 "$total" Libraries "installing ${missing% } ($how)   $((SECONDS - begin)) s"
}

# The servers that the tests start themselves, and the tools of the page's checks. What was installed and running before is left alone;
# what is installed here is stopped and stays off, because the tests use servers of their own in temporary folders.
ensure_test_servers() {
    local missing package service log=.build/test-servers.log
    command -v apt-get >/dev/null && command -v dpkg-query >/dev/null || return 0
    missing=$(missing_packages "${test_servers[@]}" "${page_tools[@]}")
    [ -n "$missing" ] || return 0
    find_rights "$missing"
    mkdir -p .build
    : >"$log"
    printf 'Installing what the tests need: %s\n' "${missing% }"
    # shellcheck disable=SC2086
    install_packages "$log" $missing
    for package in $missing; do
        for service in "${package%-light}" "$package-node-exporter"; do
            if [ -d /run/systemd/system ]; then
                "${as_root[@]}" systemctl disable --now "$service" >>"$log" 2>&1 || true
            elif [ -x "/etc/init.d/$service" ]; then
                "${as_root[@]}" "/etc/init.d/$service" stop >>"$log" 2>&1 || true
            fi
        done
    done
}
