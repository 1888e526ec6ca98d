# shellcheck shell=bash
# Finds a JDK that is new enough, whatever `java` the shell would take.

readonly least_jdk=25

# Where JDKs usually are; WEIR_JDK_FOLDERS (separated by colons) takes the place of this list.
usual_jdk_folders() {
    if [ -n "${WEIR_JDK_FOLDERS+set}" ]; then
        tr ':' '\n' <<<"$WEIR_JDK_FOLDERS"
        return
    fi
    local home=${HOME:-/nonexistent}
    printf '%s\n' /usr/lib/jvm /usr/lib64/jvm /usr/java /opt /opt/java /opt/jdk \
        /Library/Java/JavaVirtualMachines "$home/Library/Java/JavaVirtualMachines" \
        /opt/homebrew/opt /usr/local/opt /home/linuxbrew/.linuxbrew/opt \
        "$home/.sdkman/candidates/java" "$home/.jdks" "$home/.asdf/installs/java" \
        "$home/.local/share/mise/installs/java"
}

# The home of the `java` on the search path, through its symbolic links.
jdk_on_path() {
    local java link
    java=$(command -v java) || return 0
    while [ -L "$java" ]; do
        link=$(readlink "$java")
        case $link in
            /*) java=$link ;;
            *) java=$(dirname "$java")/$link ;;
        esac
    done
    (cd "$(dirname "$java")/.." && pwd -P)
}

jdk_candidates() {
    local folder home
    printf '%s\n' "${JAVA_HOME:-}"
    jdk_on_path
    usual_jdk_folders | while IFS= read -r folder; do
        for home in "$folder"/*; do
            printf '%s\n' "$home" "$home/Contents/Home" "$home/libexec/openjdk.jdk/Contents/Home"
        done
    done
}

is_new_enough_jdk() { # HOME
    local version
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
    [ -n "$version" ] && [ "$version" -ge "$least_jdk" ]
}

# Sets JAVA_HOME, for Maven too.
find_jdk() {
    local home
    if [ -n "${WEIR_JAVA_HOME:-}" ]; then
        is_new_enough_jdk "$WEIR_JAVA_HOME" ||
            fail "WEIR_JAVA_HOME is no JDK $least_jdk or later: $WEIR_JAVA_HOME"
        export JAVA_HOME=$WEIR_JAVA_HOME
        return
    fi
    while IFS= read -r home; do
        if [ -n "$home" ] && is_new_enough_jdk "$home"; then
            export JAVA_HOME=$home
            return
        fi
    done < <(jdk_candidates)
    fail "Weir needs JDK $least_jdk or later and found none: install one from" \
        "https://adoptium.net/temurin/releases/?version=$least_jdk, or set WEIR_JAVA_HOME to yours"
}
