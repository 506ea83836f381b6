# shellcheck shell=bash
# Builds what the benchmark runs. Sourced by run.

# build_programs ROOT BUILD_DIR: the load generator has to build. A plug that does not is left out, and
# the table says so.
build_programs() {
    local root=$1 build_dir=$2 target
    (cd "$root" && cmake --preset release -B "$build_dir" >/dev/null)
    cmake --build "$build_dir" --target benchmark_load bare_relay
    for target in plug plug-portable; do
        cmake --build "$build_dir" --target $target ||
            echo "run: $target does not build and is left out" >&2
    done
}
