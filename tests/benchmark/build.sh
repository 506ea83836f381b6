# shellcheck shell=bash
# Builds what the benchmark runs, and the small ones that are run by hand. Sourced by run.

# build_programs ROOT BUILD_DIR: the load generator has to build. What else does not is told; the table
# leaves a plug out then.
build_programs() {
    local root=$1 build_dir=$2 target
    (cd "$root" && cmake --preset release -B "$build_dir" >/dev/null)
    cmake --build "$build_dir" --target benchmark_load bare_relay
    for target in plug plug-portable balance_benchmark session_format_benchmark; do
        cmake --build "$build_dir" --target $target ||
            echo "run: $target does not build and is left out" >&2
    done
}
