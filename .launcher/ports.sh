# shellcheck shell=bash
# The ports of the processes: each a setting, checked before anything starts.

# The gateways' are consecutive, and the others' defaults come after them.
read_ports() {
    gateway_port=$(port WEIR_GATEWAY_PORT 8080 "$gateways") || exit
    admin_port=$(port WEIR_ADMIN_PORT $((gateway_port + gateways))) || exit
    upstream_port=$(port WEIR_UPSTREAM_PORT $((gateway_port + gateways + 1))) || exit
    postgres_port=$(port WEIR_POSTGRES_PORT 15432) || exit
    redis_port=$(port WEIR_REDIS_PORT 16379) || exit
    gateway_management_port=$(port WEIR_GATEWAY_MANAGEMENT_PORT $((gateway_port + 1000)) "$gateways") || exit
    admin_management_port=$(port WEIR_ADMIN_MANAGEMENT_PORT $((admin_port + 1000))) || exit
}

port() { # SETTING DEFAULT [HOW-MANY]
    local port=${!1:-$2} most=$((65536 - ${3:-1}))
    case $port in
        0* | *[!0-9]* | ??????*) fail "$1 must be a port from 1 to $most, not '$port'" ;;
    esac
    [ "$port" -le "$most" ] || fail "$1 must be a port from 1 to $most, not '$port'"
    say "$port"
}

# Lines of a gateway, its port and its management port. One alone has no number.
each_gateway() {
    local i name=gateway
    for ((i = 0; i < gateways; i++)); do
        [ "$gateways" = 1 ] || name=gateway-$((i + 1))
        say "$name $((gateway_port + i)) $((gateway_management_port + i))"
    done
}

# Lines of a port, its setting and whose it is.
ports() {
    local name port management_port
    while read -r name port management_port; do
        say "$port WEIR_GATEWAY_PORT $name"
        say "$management_port WEIR_GATEWAY_MANAGEMENT_PORT $name management"
    done < <(each_gateway)
    say "$admin_port WEIR_ADMIN_PORT admin-api"
    say "$admin_management_port WEIR_ADMIN_MANAGEMENT_PORT admin-api management"
    say "$upstream_port WEIR_UPSTREAM_PORT upstream"
    ! has_own_redis || say "$redis_port WEIR_REDIS_PORT redis"
    [ -n "$external_database" ] || say "$postgres_port WEIR_POSTGRES_PORT postgres"
}

refuse_taken_ports() {
    local port setting name other seen=
    while read -r port setting name; do
        other=$(sed -n "s/^$port //p" <<<"$seen")
        [ -z "$other" ] ||
            fail "Port $port would be that of $name and of ${other#* }: change $setting or ${other%% *}"
        seen="$seen$port $setting $name"$'\n'
        if is_listening "$port" && ! is_orphan_postgres "$port"; then
            fail "Port $port ($name) is taken: stop what listens there, or change $setting"
        fi
    done < <(ports)
}

# A server of ours whose JVM was killed; it is stopped when the next one starts on its folder.
is_orphan_postgres() { # PORT
    [ "$1" = "$(sed -n 4p "$data/postgres/postmaster.pid" 2>/dev/null)" ] &&
        postgres_server "$data" >/dev/null
}
