# shellcheck shell=bash
# Builds what is stale, and keeps a copy of what it built: a build beside a running Weir does not
# pull its classes from under it.

# Everything that ends up in a running process. Folders count too: a deleted file changes its own.
sources_newer_than() { # STAMP
    find pom.xml ./*/pom.xml ./*/src/main gateway/src/test/java/io/weir/{gateway/upstream,gateway/bench,peers} \
        -newer "$1" 2>/dev/null | head -n 1
}

is_stale() {
    [ ! -f "$app/stamp" ] || [ -n "$(cd "$root" && sources_newer_than "$app/stamp")" ]
}

build_if_stale() {
    is_stale || return 0
    command -v mvn >/dev/null ||
        fail "Weir is built with Maven, and there is no mvn on the PATH: see https://maven.apache.org/install.html"
    say "Building (log: $logs/build.log) ..."
    local clean=
    # javac leaves half a folder when it is interrupted, which Maven then takes for all of it
    [ ! -d "$app.new" ] || clean=clean
    rm -rf "$app.new"
    mkdir -p "$app.new/tests"
    touch "$app.new/stamp"
    in_background build_all $clean >"$logs/build.log" 2>&1 || fail_build
    rm -rf "$app"
    mv "$app.new" "$app"
}

build_all() { # [clean]
    cd "$root" || return
    mvn -B -ntp -Plauncher -DskipTests -Dspotless.check.skip=true -Dcyclonedx.skip=true "$@" package || return
    extract admin-api/target/weir-admin-api.jar "$app.new/admin-api" || return
    extract gateway/target/weir-gateway.jar "$app.new/gateway" || return
    cd gateway/target/test-classes || return
    # the stub upstream and the benchmark
    find io/weir/gateway/upstream io/weir/gateway/bench io/weir/peers \
        io/weir/gateway/endtoend/{Admin,Answer,ApiKey,Call,LiveHeap,Scrape}*.class -name '*.class' ! -name '*Test*' | while IFS= read -r class; do
        mkdir -p "$app.new/tests/$(dirname "$class")" &&
            cp "$class" "$app.new/tests/$class" || return
    done
}

# A jar beside its libraries starts sooner than one that holds them.
extract() { # JAR FOLDER
    "$JAVA_HOME/bin/java" -Djarmode=tools -jar "$1" extract --destination "$2"
}

fail_build() {
    grep -E '^\[(ERROR|WARNING)\] (/|Failed|Failures|Tests|Could|Non|error)' "$logs/build.log" |
        sort -u | head -n 30 >&2
    fail "The build failed; all of it is in $logs/build.log"
}
