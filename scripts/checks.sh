# What a build and a start need: compiler, space, port; to be sourced after steps.sh.
# shellcheck shell=bash

# Sets swift_version, or ends.
check_swift() {
    local path version
    if ! path=$(command -v swift); then
        fail 2 "Swift 6.3 or newer is needed, found none. Install: https://www.swift.org/install/linux/"
    fi
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p')
    if ! awk -v version="$version" 'BEGIN { split(version, part, "."); exit !(part[1] > 6 || (part[1] == 6 && part[2] >= 3)) }'; then
        fail 2 "Swift 6.3 or newer is needed, found ${version:-an unknown version} at $path. Install: https://www.swift.org/install/linux/"
    fi
    swift_version=$version
}

# Sets system_name: Debian 12
check_system() {
    local name version
    name=$(sed -n 's/^NAME="\{0,1\}\([^" ]*\).*/\1/p' /etc/os-release 2>/dev/null | head -n 1) || true
    version=$(sed -n 's/^VERSION_ID="\{0,1\}\([^"]*\).*/\1/p' /etc/os-release 2>/dev/null | head -n 1) || true
    system_name="${name:-$(uname -s)}${version:+ $version}"
}

# Sets free_kib, or ends when a build would not fit. What is in .build already need not be written again.
check_space() {
    local needed=4000000 used
    free_kib=$(df -Pk . | awk 'NR == 2 { print $4 }')
    [ "$free_kib" -lt "$needed" ] || return 0
    used=$(du -sk .build 2>/dev/null | cut -f 1) || true
    needed=$((needed - ${used:-0}))
    [ "$needed" -gt 300000 ] || needed=300000
    [ "$free_kib" -ge "$needed" ] || fail 2 "Building needs about 4 GB below ./.build; $(gigabytes "$free_kib") GB are free."
}

# port_inode PORT: the inode of the socket that listens on it; nothing if it is free.
port_inode() {
    local hex
    printf -v hex ':%04X' "$1"
    awk -v port="$hex" '
        $4 == "0A" && substr($2, length($2) - 4) == port {
            address = substr($2, 1, length($2) - 5)
            # Every address, and 127.0.0.1 in its own and in its mapped form.
            if (address ~ /^0+$/ || address ~ /^(0000000000000000FFFF0000)?0100007F$/) { print $10; exit }
        }' /proc/net/tcp /proc/net/tcp6 2>/dev/null || true
}

# inode_owner INODE: nginx (pid 4121)
inode_owner() {
    local link pid
    for link in /proc/[0-9]*/fd/*; do
        if [ "$(readlink "$link" 2>/dev/null)" = "socket:[$1]" ]; then
            pid=${link#/proc/}
            pid=${pid%%/*}
            printf '%s (pid %s)' "$(cat "/proc/$pid/comm" 2>/dev/null)" "$pid"
            return
        fi
    done
    printf 'a process of another user'
}

# check_port PORT: ends when somebody listens there, naming a port that is free.
check_port() {
    local port=$1 inode next
    case $port in
    *[!0-9]* | '') fail 2 "PORT=$port is not a port; use a number from 0 to 65535, such as: make run PORT=4328" ;;
    esac
    [ "$port" -le 65535 ] || fail 2 "PORT=$port is not a port; use a number from 0 to 65535, such as: make run PORT=4328"
    inode=$(port_inode "$port")
    [ -n "$inode" ] || return 0
    next=$((port % 65535 + 1))
    while [ -n "$(port_inode "$next")" ]; do next=$((next % 65535 + 1)); done
    fail 75 "Port $port on ${HEARTH_HOST:-127.0.0.1} is in use by $(inode_owner "$inode"). Use another: make run PORT=$next"
}
