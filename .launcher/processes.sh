# shellcheck shell=bash
# Processes that outlive the shell, each known by a pid file that names the JVM itself.

# The order in which they stop.
readonly processes="gateway admin-api upstream postgres"

# Prints a process's command line; `ps` is not everywhere.
command_of() { # PID
    if [ -d /proc/self ]; then
        tr '\0' ' ' <"/proc/$1/cmdline"
    else
        ps -ww -o command= -p "$1"
    fi 2>/dev/null
}

# A process is ours if its command line says so: a pid file may be older than its pid's owner.
is_process() { # NAME PID HOME
    case $(command_of "$2") in
        *" -Dweir.process=$1 -Dweir.home=$3 "*) return 0 ;;
        *) return 1 ;;
    esac
}

# Prints the pid of a process that runs.
pid_of() { # NAME [HOME]
    local home=${2:-$root} pid=
    read -r pid 2>/dev/null <"$home/.weir/run/$1.pid" || return 1
    case $pid in '' | *[!0-9]*) return 1 ;; esac
    is_process "$1" "$pid" "$home" && printf '%s\n' "$pid"
}

# Prints the names of those that run.
running() { # [HOME]
    local name
    for name in $processes; do
        if pid_of "$name" "${1:-$root}" >/dev/null; then
            printf '%s ' "$name"
        fi
    done
}

# Starts a JVM in a session of its own, where the terminal's signals do not reach it. Its
# environment is that of the caller, and its log is new: the one before is kept as `.1`.
start_jvm() { # NAME JAVA-ARGUMENT...
    local name=$1 log=$logs/$1.log pid
    shift
    set -- "$JAVA_HOME/bin/java" "-Dweir.process=$name" "-Dweir.home=$root" "$@"
    [ ! -f "$log" ] || mv -f "$log" "$log.1"
    if command -v setsid >/dev/null; then
        set -- setsid "$@"
    else
        set -m
    fi
    (trap '' HUP && exec "$@") </dev/null >"$log" 2>&1 &
    pid=$!
    set +m
    disown "$pid" 2>/dev/null
    echo "$pid" >"$run/$name.pid"
    # until it is the JVM, no longer this shell
    until is_process "$name" "$pid" "$root" || ! kill -0 "$pid" 2>/dev/null; do
        sleep 0.05
    done
}

# Waits until a probe succeeds, unless the process stops first.
await() { # NAME SECONDS PROBE...
    local name=$1 limit=$((SECONDS + $2)) seconds=$2
    shift 2
    until "$@"; do
        if ! pid_of "$name" >/dev/null; then
            complain "$name stopped while starting; the end of $logs/$name.log:"
            end_of_log "$name"
            return 1
        fi
        if [ "$SECONDS" -ge "$limit" ]; then
            complain "$name was not ready within $seconds s; the end of $logs/$name.log:"
            end_of_log "$name"
            return 1
        fi
        sleep 0.2
    done
}

# Without stack traces, whose causes stay.
end_of_log() { # NAME
    grep -vE '^[[:space:]]+(at |\.\.\. )|^$' "$logs/$1.log" | tail -n 15 | cut -c 1-500 >&2
}

is_listening() { # PORT
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

answers_200() { # PORT PATH
    (
        exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
        printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' "$2" >&3
        read -r -t 5 _ status _ <&3 && [ "$status" = 200 ]
    ) 2>/dev/null
}

logs_line() { # NAME TEXT
    grep -qF "$2" "$logs/$1.log" 2>/dev/null
}

stop_process() { # NAME SECONDS
    local pid limit=$((SECONDS + $2))
    if pid=$(pid_of "$1"); then
        kill -TERM "$pid" 2>/dev/null
        while is_process "$1" "$pid" "$root"; do
            if [ "$SECONDS" -ge "$limit" ]; then
                complain "$1 (pid $pid) did not stop within $2 s and was killed"
                kill -KILL "$pid" 2>/dev/null
                limit=$((SECONDS + $2))
            fi
            sleep 0.1
        done
        say "Stopped $1"
    fi
    rm -f "$run/$1.pid"
}

stop_all() {
    local name
    for name in $processes; do
        stop_process "$name" 40
    done
    rm -f "$run/env" "$run/addresses"
}
