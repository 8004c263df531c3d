#!/usr/bin/env bash
# make release: the archive of a release below .build-release/out, with its bill of materials and the checksums of both.
#
# Nothing of the machine is in it: paths are mapped away, times are the commit's, and the archive is sorted. It is always compiled from nothing
# and in one folder, which this script makes and removes: the compiler's own addresses change with the length of a folder's path, and the
# order of a few instructions with them. VERIFY=1 compiles all of it a second time and compares; VERIFY=pack packs a second time only.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/prepare-build.sh
for tool in git python3 strip gzip sha256sum; do command -v "$tool" >/dev/null || fail 2 "$tool is not here. Install: apt-get install git python3 binutils gzip coreutils"; done
[ -z "$(git status --porcelain)" ] || fail 2 "There are changes that are in no commit, so nobody could build this release again. Commit them, or put them aside: git stash"
swift package resolve

version=$(sed -n 's/.*number = "\(.*\)".*/\1/p' Sources/HearthServer/Service/HearthVersion.swift)
revision=$(git rev-parse --short=12 HEAD)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export TZ=UTC LC_ALL=C.UTF-8
name=hearth-$version-linux-$(uname -m)
out=.build-release/out

# The compiler of Swift 6.3.1 goes through some of its tables in the order of hashes or addresses, and orders a few instructions by it. So
# neither may be random.
without_chance=(env SWIFT_DETERMINISTIC_HASHING=1 MALLOC_ARENA_MAX=1)
if setarch "$(uname -m)" --addr-no-randomize true 2>/dev/null; then
    without_chance+=(setarch "$(uname -m)" --addr-no-randomize)
else
    printf 'This system does not let a program choose its addresses (setarch); the same sources may give a few other bytes next time.\n' >&2
fi

# The same for everybody, so it has no name of its own; others on the machine cannot write to it, nor come between.
folder=/var/tmp/hearth-release
mkdir -p -m 700 "$folder"
[ -O "$folder" ] && [ ! -L "$folder" ] || fail 2 "$folder belongs to somebody else. Remove it: every release is compiled there"
exec 9>"$folder/lock"
flock --nonblock 9 || fail 75 "Another release is being compiled in $folder. Try again when it has ended"
trap 'rm -rf "$folder"' EXIT

# compile EXECUTABLE: what is committed, from nothing, with the list of its objects beside it. Neither folder is in it afterwards.
compile() {
    # Where it stays when the folder is removed.
    local sources=$folder/sources scratch=$folder/build build_log=$PWD/.build/build.log
    rm -rf "$sources" "$scratch"
    git clone --quiet --local . "$sources"
    cp Package.resolved "$sources/"
    local mapped=(
        -Xswiftc -file-prefix-map -Xswiftc "$sources=/hearth" -Xswiftc -file-prefix-map -Xswiftc "$scratch=/hearth/.build"
        -Xcc "-ffile-prefix-map=$sources=/hearth" -Xcc "-ffile-prefix-map=$scratch=/hearth/.build"
        -Xcxx "-ffile-prefix-map=$sources=/hearth" -Xcxx "-ffile-prefix-map=$scratch=/hearth/.build"
    )
    (cd "$sources" && build_with_progress "Building  " "$name" "${without_chance[@]}" swift build "${optimized[@]}" --product hearth \
        --disable-automatic-resolution --scratch-path "$scratch" "${mapped[@]}" "${jobs_given[@]}")
    mkdir -p "${1%/*}"
    cp "$scratch/release/hearth" "$1"
    cp "$scratch/release/hearth.product/Objects.LinkFileList" "$1.objects"
}

# pack EXECUTABLE FOLDER: archive, bill of materials and checksums.
pack() {
    local executable=$1 to=$2 staged=$2/$name
    rm -rf "$to"
    mkdir -p "$staged/config"
    # Symbols stay, so that a crash names functions; the rest of the debugging information is three times the program.
    # Two sections depend on where it was built: a build's own hashes of its modules, and the number that is made of everything.
    strip --strip-debug --remove-section=.comment --remove-section=.swift_modhash --remove-section=.note.gnu.build-id \
        -o "$staged/hearth" "$executable"
    printf '%s\n' "$revision" >"$staged/hearth.revision"
    cp LICENSE README.md docs/licenses.md "$staged/"
    cp config/common-queries.json config/hearth.example.yaml "$staged/config/"
    cp deploy/systemd/hearth.service "$staged/"
    chmod -R u=rwX,go=rX "$staged"
    tar --create --sort=name --format=gnu --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --directory "$to" "$name" |
        gzip --no-name --best >"$to/$name.tar.gz"
    python3 scripts/dependencies.py bill "$staged/hearth" "$version" "$revision" >"$to/$name.cdx.json"
    (cd "$to" && sha256sum "$name.tar.gz" "$name.cdx.json" >SHA256SUMS)
    rm -rf "$staged"
}

# Fetches and compiles; the list of licences is about what was fetched and linked.
compile .build-release/hearth
python3 scripts/dependencies.py check || exit 1
pack .build-release/hearth "$out"
case ${VERIFY:-} in
'') ;;
pack) pack .build-release/hearth .build-release/again ;;
*)
    # Where the stack begins depends on the length of the environment, which is nobody's business either.
    without_chance=(env "PADDING=$(printf '%0300d' 0)" "${without_chance[@]}")
    compile .build-release/hearth-again
    pack .build-release/hearth-again .build-release/again
    ;;
esac
if [ -n "${VERIFY:-}" ]; then
    cmp "$out/SHA256SUMS" .build-release/again/SHA256SUMS || fail 1 "The second time gave other bytes; compare $out and .build-release/again."
    printf 'The second time gave the same bytes.\n'
fi
printf '%s, built from %s:\n' "$out" "$revision"
cat "$out/SHA256SUMS"
