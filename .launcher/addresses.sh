# shellcheck shell=bash
# Where everything is: for the launcher itself, for scripts and for people.

# The lines that started_lines() describes.
write_processes() {
    local name port management_port health=/actuator/health/readiness
    while read -r name port management_port; do
        say "$name http://127.0.0.1:$port 120 answers_200 $management_port $health"
    done < <(each_gateway)
    say "admin-api http://127.0.0.1:$admin_port 120 answers_200 $admin_management_port $health"
    say "upstream http://127.0.0.1:$upstream_port 30 answers_200 $upstream_port /"
    if has_own_redis; then
        say "redis 127.0.0.1:$redis_port 30 logs_line redis Redis is ready"
    elif [ -n "$external_redis" ]; then
        say "redis external"
    fi
    if [ -z "$external_database" ]; then
        say "postgres 127.0.0.1:$postgres_port 90 logs_line postgres PostgreSQL is ready"
    else
        say "postgres external"
    fi
} >"$run/processes"

write_env() {
    cat >"$run/env" <<TEXT
WEIR_GATEWAY_URL=http://127.0.0.1:$gateway_port
WEIR_GATEWAY_URLS=$(gateway_urls)
WEIR_ADMIN_URL=http://127.0.0.1:$admin_port
WEIR_ADMIN_TOKEN=$WEIR_ADMIN_TOKEN
WEIR_UPSTREAM_URL=http://127.0.0.1:$upstream_port
WEIR_DEMO_KEY=$WEIR_DEMO_KEY
WEIR_DEMO_LIMITED_KEY=$WEIR_DEMO_LIMITED_KEY
WEIR_DEMO_URL=http://127.0.0.1:$gateway_port/demo
WEIR_OPENAI_URL=http://127.0.0.1:$gateway_port/openai/v1
WEIR_ANTHROPIC_URL=http://127.0.0.1:$gateway_port/anthropic
TEXT
}

# Separated by commas.
gateway_urls() {
    local port urls=
    while read -r _ port _; do
        urls=$urls,http://127.0.0.1:$port
    done < <(each_gateway)
    say "${urls#,}"
}

gateways_in_box() {
    local name port management_port
    while read -r name port management_port; do
        printf '|  %-16s http://127.0.0.1:%s\n' "$name" "$port"
        printf '|    metrics        http://127.0.0.1:%s/actuator/prometheus\n' "$management_port"
    done < <(each_gateway)
}

print_box() { # DETACHED
    local line=----------------------------------------------------------------------
    cat <<TEXT
+$line
|  Weir is ready.
|
$(gateways_in_box)
|  admin API        http://127.0.0.1:$admin_port
|    description    http://127.0.0.1:$admin_port/v3/api-docs
|    metrics        http://127.0.0.1:$admin_management_port/actuator/prometheus
|  stub upstream    http://127.0.0.1:$upstream_port
|  data             $data
|
|  operator token   $WEIR_ADMIN_TOKEN
|  demo key         $WEIR_DEMO_KEY
|  limited key      $WEIR_DEMO_LIMITED_KEY   (3 requests a minute)
+$line

A request that is admitted, with its RateLimit fields:

  curl -i -H 'Authorization: Bearer $WEIR_DEMO_KEY' http://127.0.0.1:$gateway_port/demo/hello

The fourth within a minute is refused with 429:

  for i in 1 2 3 4; do curl -i -H 'Authorization: Bearer $WEIR_DEMO_LIMITED_KEY' http://127.0.0.1:$gateway_port/demo/hello; done

TEXT
    if [ -n "$1" ]; then
        say "These are in .weir/run/env; ./weir down stops everything."
    else
        say "These are in .weir/run/env; Ctrl-C stops everything."
    fi
}
