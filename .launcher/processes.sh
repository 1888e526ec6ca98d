# shellcheck shell=bash
# Processes that outlive the shell, each known by a pid file that names the JVM itself.

# Every name there can be, in the order in which they stop.
readonly any_gateway="gateway gateway-1 gateway-2 gateway-3 gateway-4 gateway-5 gateway-6 gateway-7 gateway-8 gateway-9"
readonly the_others="admin-api upstream redis postgres"
readonly any_process="$any_gateway $the_others"

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
    for name in $any_process; do
        if pid_of "$name" "${1:-$root}" >/dev/null; then
            printf '%s ' "$name"
        fi
    done
}

# What `up` started, also what has stopped since: lines of a name, its address, and how many
# seconds to wait for which probe. What is external has neither.
started_lines() {
    cat "$run/processes" 2>/dev/null || printf '%s\n' gateway admin-api upstream postgres
}

started() {
    started_lines | sed -e '/ external$/d' -e 's/ .*//'
}

# Starts a JVM with the caller's environment. All of that is kept, secrets too, for `./weir start`.
start_jvm() { # NAME JAVA-ARGUMENT...
    local name=$1
    shift
    set -- "$JAVA_HOME/bin/java" "-Dweir.process=$name" "-Dweir.home=$root" "$@"
    {
        printf 'cd %q || exit\n' "$PWD"
        export -p
        printf 'launch %s' "$name"
        printf ' %q' "$@"
    } >"$run/$name.start"
    launch "$name" "$@"
}

# The same again, whatever the environment is now.
start_again() ( # NAME
    # shellcheck disable=SC2046
    unset $(compgen -e | grep '^[A-Z]') 2>/dev/null
    # shellcheck source=/dev/null
    . "$run/$1.start"
)

# In a session of its own, where the terminal's signals do not reach it. Its log is new: the one
# before is kept as `.1`.
launch() { # NAME COMMAND...
    local name=$1 log=$logs/$1.log pid
    shift
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

await_ready() { # NAME
    local seconds probe
    read -r _ _ seconds probe < <(started_lines | grep "^$1 ")
    # shellcheck disable=SC2086
    [ -z "$probe" ] || await "$1" "$seconds" $probe
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

logs_line() { # NAME WORD...
    local log=$logs/$1.log
    shift
    grep -qF "$*" "$log" 2>/dev/null
}

# Prints the pid of the server on a data folder, which is no child of the JVM that started it.
postgres_server() { # FOLDER
    local pid
    read -r pid 2>/dev/null <"$1/postgres/postmaster.pid" || return 1
    case $(command_of "$pid") in
        *" -D $1/postgres "*) printf '%s\n' "$pid" ;;
        *) return 1 ;;
    esac
}

# Without a chance to tidy up, and its children with it.
kill_process() { # NAME PID
    local folder server=
    if [ "$1" = postgres ] && read -r folder <"$run/data"; then
        server=$(postgres_server "$folder")
    fi
    kill -KILL -- "-$2" || return
    [ -z "$server" ] || kill -KILL "$server"
    while is_process "$1" "$2" "$root"; do
        sleep 0.05
    done
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
    rm -f "$run/$1.pid" "$run/$1.start"
}

stop_all() {
    local name waiting=
    for name in $any_gateway; do # side by side: each lets its requests end
        stop_process "$name" 40 &
        waiting="$waiting $!"
    done
    # shellcheck disable=SC2086
    wait $waiting
    for name in $the_others; do
        stop_process "$name" 40
    done
    rm -f "$run/env" "$run/processes" "$run/data"
}
