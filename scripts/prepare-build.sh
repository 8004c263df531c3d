# What every build begins with; to be sourced from the project's root: tools, room on the disk, libraries, and how many jobs.
# shellcheck shell=bash
source scripts/steps.sh
source scripts/checks.sh
source scripts/libraries.sh
source scripts/building.sh

check_swift
check_space
ensure_libraries 0
job_flags
