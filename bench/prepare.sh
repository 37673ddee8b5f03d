# What the commands of this folder begin with; they source it.
set -eu
unset CDPATH

home=$(cd "$(dirname "$0")" && pwd -P)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java # as whoever is measured

fail() {
    echo "bench: $1" >&2
    exit 1
}

require() {
    for program; do
        command -v "$program" >/dev/null || fail "there is no $program"
    done
}

# Builds the commands, and what is named besides: package unpacks Keycloak, none does not.
build() {
    require "$java" mvn
    (
        cd "$home/.."
        mvn --quiet --batch-mode --activate-profiles bench --projects bench --also-make -Dkeycloak.phase="$1" \
            -Dmaven.test.skip=true -Dspotless.check.skip=true -Denforcer.skip=true package >&2
    ) || fail "the build failed"
}

# Becomes one of the commands. What goes before its name is for Java.
become() {
    exec "$java" -XX:+UseSerialGC -Dbench.home="$home" -cp "$home/target/bench.jar" "$@"
}

is_linux() {
    [ "$(uname -s)" = Linux ] || fail "this reads /proc, which only Linux has"
}
