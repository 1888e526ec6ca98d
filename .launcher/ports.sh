# shellcheck shell=bash
# The ports of the four processes: each a setting, checked before anything starts.

read_ports() {
    gateway_port=$(port WEIR_GATEWAY_PORT 8080) || exit
    admin_port=$(port WEIR_ADMIN_PORT 8081) || exit
    upstream_port=$(port WEIR_UPSTREAM_PORT 8082) || exit
    postgres_port=$(port WEIR_POSTGRES_PORT 15432) || exit
    gateway_management_port=$(port WEIR_GATEWAY_MANAGEMENT_PORT $((gateway_port + 1000))) || exit
    admin_management_port=$(port WEIR_ADMIN_MANAGEMENT_PORT $((admin_port + 1000))) || exit
}

port() { # SETTING DEFAULT
    local port=${!1:-$2}
    case $port in
        0* | *[!0-9]* | ??????*) fail "$1 must be a port from 1 to 65535, not '$port'" ;;
    esac
    [ "$port" -le 65535 ] || fail "$1 must be a port from 1 to 65535, not '$port'"
    say "$port"
}

# Lines of a setting and its port.
ports() {
    cat <<TEXT
WEIR_GATEWAY_PORT $gateway_port
WEIR_ADMIN_PORT $admin_port
WEIR_UPSTREAM_PORT $upstream_port
WEIR_GATEWAY_MANAGEMENT_PORT $gateway_management_port
WEIR_ADMIN_MANAGEMENT_PORT $admin_management_port
TEXT
    [ -n "$external_database" ] || say "WEIR_POSTGRES_PORT $postgres_port"
}

refuse_taken_ports() {
    local setting port seen=" "
    while read -r setting port; do
        case $seen in *" $port "*) fail "$setting is $port, which another port of Weir is too" ;; esac
        seen="$seen$port "
        if is_listening "$port" && ! is_orphan_postgres "$port"; then
            fail "Port $port is taken: stop what listens there, or set $setting to another port"
        fi
    done < <(ports)
}

# A server of ours whose JVM was killed; it is stopped when the next one starts on its folder.
is_orphan_postgres() { # PORT
    local pid
    [ "$1" = "$(sed -n 4p "$data/postgres/postmaster.pid" 2>/dev/null)" ] || return 1
    pid=$(sed -n 1p "$data/postgres/postmaster.pid")
    kill -0 "$pid" 2>/dev/null
}
