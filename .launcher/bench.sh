# shellcheck shell=bash
# What a metered request costs, beside what others ask for an unmetered one. The targets have half of
# the processors for themselves; what loads them, answers them and keeps Weir's books has the rest.

bench() {
    local option
    for option in "$@"; do
        case $option in --quick | --json | [!-]*) ;; *) fail_usage "Unknown option '$option'" ;; esac
    done
    case " $* " in *' --json '[-\ ]*) fail_usage "--json needs a file" ;; esac
    benchmark=yes
    data=$weir/bench
    rm -rf "$data"
    prepare
    build_if_stale
    copy_peers
    share_processors
    umask 077
    read_credentials
    locate_database
    locate_redis
    printf '%s\n' "$root" "$data" >"$data/used-by"
    say "$data" >"$run/data"
    write_processes
    start_benched || {
        stop_all
        fail "Weir did not start"
    }
    say "Measuring (log of each: $data) ..."
    in_background measure "$@"
    local status=$?
    stop_all
    exit "$status"
}

# Their libraries, none of which is on Weir's own path.
copy_peers() {
    local peers=gateway/src/test/peers/pom.xml
    [ ! -f "$weir/peers/stamp" ] || [ "$root/pom.xml" -nt "$weir/peers/stamp" ] ||
        [ "$root/$peers" -nt "$weir/peers/stamp" ] || return 0
    say "Copying the peers' libraries (log: $logs/peers.log) ..."
    rm -rf "$weir/peers"
    (cd "$root" && copy_libraries bare && copy_libraries redis -Predis) >"$logs/peers.log" 2>&1 ||
        fail "The peers' libraries could not be copied: see $logs/peers.log"
    touch "$weir/peers/stamp"
}

copy_libraries() { # NAME OPTION...
    mvn -B -ntp -f "$peers" "${@:2}" dependency:copy-dependencies \
        -DincludeScope=runtime -DoutputDirectory="$weir/peers/$1"
}

# On a machine with one processor, or without taskset, everybody shares.
share_processors() {
    local all
    all=$(getconf _NPROCESSORS_ONLN)
    loops=$all targets='' others=''
    if [ "$all" -ge 2 ] && command -v taskset >/dev/null; then
        loops=$((all / 2))
        targets=0-$((loops - 1)) others=$loops-$((all - 1))
    else
        complain "Nothing is pinned: it needs two processors and taskset"
    fi
    gateway_jvm="$gateway_jvm -Xms512m -Dreactor.netty.ioWorkerCount=$loops"
}

# Like start_all, but each on its own processors, and without an upstream: the benchmark brings one.
start_benched() {
    say "Starting ..."
    (bound "$others" && start_redis && start_postgres)
    await_ready postgres && await_ready redis || return
    count_statements || return
    (bound "$others" && start_admin_api)
    await_ready admin-api || return
    redis_of_peer=$redis_url redis_url=''
    make_start_cache && time_starts || return
    start_gateway gateway "$gateway_port" "$gateway_management_port"
    await_ready gateway
}

# The embedded server counts what is sent to it, from its next start; an external one is left alone.
count_statements() {
    [ -z "$external_database" ] || return 0
    stop_process postgres 40 >/dev/null
    say "shared_preload_libraries = 'pg_stat_statements'" >>"$data/postgres/postgresql.conf"
    (bound "$others" && start_postgres)
    await_ready postgres
}

# Binds this shell, and so what it starts, to some processors.
bound() { # LIST
    [ -z "$1" ] || taskset -pc "$1" "$BASHPID" >/dev/null
}

# From the command to the first answer that it is ready, with the cache: the median of three.
time_starts() {
    local i begin times=
    for i in 1 2 3; do
        begin=$(milliseconds)
        cache_option=-XX:AOTCache=$app/gateway/weir-gateway.aot
        start_gateway gateway "$gateway_port" "$gateway_management_port"
        cache_option=
        until answers_200 "$gateway_management_port" /actuator/health/readiness; do
            pid_of gateway >/dev/null || return
            sleep 0.05 # more often, who asks would take a fifth of a processor from who starts
        done
        times="$times$(($(milliseconds) - begin))"$'\n'
        stop_process gateway 40 >/dev/null
    done
    start_millis=$(printf '%s' "$times" | sort -n | sed -n 2p)
}

milliseconds() {
    local now=${EPOCHREALTIME:-$(date +%s).000000} # whole seconds before bash 5
    printf '%s\n' "$((${now/[.,]/} / 1000))"
}

measure() { # OPTION...
    export WEIR_BENCH_FOLDER=$data WEIR_BENCH_LOOPS=$loops WEIR_BENCH_TARGETS=$targets
    export WEIR_BENCH_JVM="$jvm $gateway_jvm"
    export WEIR_BENCH_CLASSES=$app/tests WEIR_BENCH_PEERS=$weir/peers
    export WEIR_BENCH_UPSTREAM_PORT=$upstream_port WEIR_BENCH_REDIS_URL=$redis_of_peer
    export WEIR_BENCH_START_MILLIS=$start_millis
    export WEIR_BENCH_GATEWAY_PORT=$gateway_port WEIR_BENCH_GATEWAY_PID
    export WEIR_BENCH_MANAGEMENT_PORT=$gateway_management_port WEIR_BENCH_DATABASE_URL=$owner_url
    # for a gateway with more heap than this one
    export WEIR_BENCH_GATEWAY_JAR=$app/gateway/weir-gateway.jar WEIR_BENCH_PEPPER=$WEIR_PEPPER
    export WEIR_BENCH_GATEWAY_DATABASE_URL=$gateway_url
    export WEIR_BENCH_UPSTREAM_CREDENTIAL=$WEIR_DEMO_UPSTREAM_CREDENTIAL
    export WEIR_BENCH_ADMIN_URL=http://127.0.0.1:$admin_port WEIR_BENCH_ADMIN_TOKEN=$WEIR_ADMIN_TOKEN
    WEIR_BENCH_GATEWAY_PID=$(pid_of gateway)
    bound "$others"
    # shellcheck disable=SC2086
    exec "$JAVA_HOME/bin/java" $jvm -Xmx1g "-Dlogback.configurationFile=$root/.launcher/logback.xml" \
        -cp "$app/tests:$app/gateway/weir-gateway.jar" io.weir.gateway.bench.Bench "$@"
}
