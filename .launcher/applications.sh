# shellcheck shell=bash
# The processes of a Weir on one machine: what each is told, and nothing more. Secrets travel
# in the environment, never on a command line.

# Netty's needs on this JDK.
readonly jvm="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:+ExitOnOutOfMemoryError"
# What a jar has for JDK 24 and later no cache of the start takes in: by that, Spring would read classes,
# which it does as well by what it has for any JDK.
gateway_jvm="-Xmx512m -XX:+UseCompactObjectHeaders -Djdk.util.jar.version=23"
cache_option=
readonly small_jvm="-Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"

# Makes the secrets of this checkout, once, and reads them.
read_credentials() {
    unset WEIR_POSTGRES_PASSWORD WEIR_ADMIN_DATABASE_PASSWORD WEIR_GATEWAY_DATABASE_PASSWORD \
        WEIR_REDIS_PASSWORD WEIR_PEPPER WEIR_ADMIN_TOKEN WEIR_DEMO_KEY WEIR_DEMO_LIMITED_KEY \
        WEIR_DEMO_UPSTREAM_CREDENTIAL
    # shellcheck disable=SC2086
    "$JAVA_HOME/bin/java" $small_jvm -cp "$app/admin-api/weir-admin-api.jar" \
        io.weir.admin.demo.Credentials "$weir/credentials" >"$logs/credentials.log" 2>&1 || {
        tail -n 5 "$logs/credentials.log" >&2
        fail "Could not write $weir/credentials"
    }
    # shellcheck source=/dev/null
    . "$weir/credentials"
}

start_postgres() (
    export WEIR_POSTGRES_PASSWORD
    # shellcheck disable=SC2086
    start_jvm postgres $small_jvm "-Dot.epg.working-dir=$weir/postgres" \
        "-Dlogback.configurationFile=$root/.launcher/logback.xml" \
        -cp "$app/admin-api/weir-admin-api.jar" \
        io.weir.quota.postgres.EmbeddedPostgreSql "$data/postgres" "$postgres_port"
)

start_redis() (
    export WEIR_REDIS_PASSWORD
    # shellcheck disable=SC2086
    start_jvm redis $small_jvm "-Dlogback.configurationFile=$root/.launcher/logback.xml" \
        -cp "$app/admin-api/weir-admin-api.jar" \
        io.weir.quota.redis.EmbeddedRedis "$data/redis" "$redis_port"
)

start_admin_api() (
    export WEIR_DATABASE_URL=$owner_url WEIR_DEMO=true
    export WEIR_ADMIN_PORT=$admin_port WEIR_ADMIN_MANAGEMENT_PORT=$admin_management_port
    export WEIR_ADMIN_DATABASE_PASSWORD WEIR_GATEWAY_DATABASE_PASSWORD
    export WEIR_PEPPER WEIR_ADMIN_TOKEN WEIR_DEMO_KEY WEIR_DEMO_LIMITED_KEY
    export WEIR_STRIPE_SECRET_KEY WEIR_STRIPE_WEBHOOK_SECRET
    # shellcheck disable=SC2086
    start_jvm admin-api $jvm -Xmx384m -XX:+UseSerialGC -jar "$app/admin-api/weir-admin-api.jar"
)

start_gateway() ( # NAME PORT MANAGEMENT-PORT
    export WEIR_DATABASE_URL=$gateway_url SPRING_PROFILES_ACTIVE=demo
    export WEIR_GATEWAY_PORT=$2 WEIR_GATEWAY_MANAGEMENT_PORT=$3
    export WEIR_PEPPER WEIR_NODE_NAME=$1 WEIR_JOURNAL_DIR=$data/$1
    export WEIR_UPSTREAM_URL=http://127.0.0.1:$upstream_port WEIR_DEMO_UPSTREAM_CREDENTIAL
    export WEIR_ADMIN_URL=http://127.0.0.1:$admin_port
    export WEIR_DRAIN_DELAY=${WEIR_DRAIN_DELAY:-0s} # nobody spreads requests here
    [ -z "$redis_url" ] || export WEIR_REDIS_URL=$redis_url
    # shellcheck disable=SC2086
    start_jvm "$1" $jvm $gateway_jvm ${cache_option:+"$cache_option"} \
        -jar "$app/gateway/weir-gateway.jar"
)

# What a gateway's JVM finds out until it is ready, kept for its next start: it writes that down when it
# stops, which takes a while. By the path by which it will start: for any other, a JVM takes no notice
# of it.
make_start_cache() {
    local cache=$app/gateway/weir-gateway.aot
    [ ! -f "$cache" ] || return 0
    cache_option=-XX:AOTCacheOutput=$cache
    start_gateway gateway "$gateway_port" "$gateway_management_port"
    cache_option=
    await_ready gateway || return
    stop_process gateway 120 >/dev/null
    [ -f "$cache" ]
}

start_upstream() (
    # shellcheck disable=SC2086
    start_jvm upstream $jvm -Xmx64m -XX:+UseSerialGC \
        "-Dlogback.configurationFile=$root/.launcher/logback.xml" \
        -cp "$app/tests:$app/gateway/weir-gateway.jar" \
        io.weir.gateway.upstream.StubUpstream "$upstream_port"
)

# The same database with the gateway's own login, which may do less.
with_login() { # URL USER PASSWORD
    local rest=${1#*://}
    local authority=${rest%%[/?]*}
    printf '%s://%s:%s@%s%s\n' "${1%%://*}" "$2" "$3" "${authority##*@}" "${rest#"$authority"}"
}

locate_database() {
    local embedded=postgresql://postgres:$WEIR_POSTGRES_PASSWORD@127.0.0.1:$postgres_port/postgres
    owner_url=${external_database:-$embedded}
    gateway_url=$(with_login "$owner_url" weir_gateway "$WEIR_GATEWAY_DATABASE_PASSWORD")
}

# One gateway needs none: what it counts, it counts alone. Of the benchmark, a peer needs one.
has_own_redis() {
    { [ "$gateways" -gt 1 ] || [ -n "$benchmark" ]; } && [ -z "$external_redis" ]
}

locate_redis() {
    redis_url=$external_redis
    ! has_own_redis || redis_url=redis://:$WEIR_REDIS_PASSWORD@127.0.0.1:$redis_port
}

# Each as early as what it needs is there: the gateways need the schema, which the admin API lays.
start_all() {
    local name port management_port
    say "Starting ..."
    start_upstream
    ! has_own_redis || start_redis
    [ -n "$external_database" ] || start_postgres
    await_ready postgres && await_ready redis || return
    start_admin_api
    await_ready admin-api || return
    while read -r name port management_port; do
        start_gateway "$name" "$port" "$management_port"
    done < <(each_gateway)
    for name in $(started); do
        await_ready "$name" || return
    done
}
