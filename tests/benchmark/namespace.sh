# shellcheck shell=bash
# A network namespace of the benchmark's own: loopback only, the same settings on every machine.
# Sourced by run.

open_namespace() {
    ip netns add "$1"
    local inside=(nsenter "--net=/run/netns/$1")
    "${inside[@]}" ip link set lo up
    # Cubic by the route, because a namespace may not choose what the machine does not allow to all.
    "${inside[@]}" ip route replace local 127.0.0.1 dev lo table local proto kernel scope host \
        src 127.0.0.1 congctl lock cubic
    # Listening ports are 20000 to 21999, all others are for connections. Few connections stay in
    # TIME_WAIT, so that one measurement does not fill the ports of the next one. A stream that has
    # rested between two slices goes on as fast as it was.
    "${inside[@]}" sysctl -q -w net.ipv4.ip_local_port_range="1024 65535" \
        net.ipv4.ip_local_reserved_ports=20000-21999 net.ipv4.tcp_tw_reuse=1 \
        net.ipv4.tcp_max_tw_buckets=4096 \
        net.ipv4.tcp_slow_start_after_idle=0
}

close_namespace() {
    ip netns del "$1" 2>/dev/null || true
}
