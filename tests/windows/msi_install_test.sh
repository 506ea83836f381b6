#!/bin/sh
# Installs, upgrades and removes the MSI in Wine:
#   tests/windows/msi_install_test.sh MSI VERSION PROGRAM REMOVE_UNEDITED CONFIGURATION
# Of the words after the version it makes a newer MSI. In a prefix of its own, below /tmp.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
prefix=$work/prefix
old=$work/old.msi
new=$work/new.msi
cp "$1" "$old"
version=$2
newer=${version%.*}.$((${version##*.} + 1))
program=$3
configuration=$5
"$here/../../installer/windows/build-msi" "$3" "$4" "$5" "$newer" "$new"

finish() {
    "$here/wine" stop "$prefix"
    rm -rf "$work"
}
trap finish EXIT

failures=0
# check WHAT COMMAND...: counts a failure where COMMAND fails.
check() {
    what=$1
    shift
    if "$@"; then
        echo "passed: $what"
    else
        echo "FAILED: $what" >&2
        failures=$((failures + 1))
    fi
}

wine_run() { WINEDEBUG=-all "$here/wine" run "$prefix" "$@" </dev/null; }
# msi WORD...: msiexec without a window.
msi() { wine_run msiexec /qn "$@"; }
# windows PATH: how Windows names a file of this system.
windows() { printf 'Z:%s' "$1" | tr / '\134'; }
# value KEY NAME: of the registry of the machine; fails where there is none.
value() {
    wine_run reg query "HKLM\\$1" /v "$2" >"$work/value" 2>/dev/null || return 1
    tr -d '\r' <"$work/value" | sed -n "s/^ *$2 *REG_[A-Z_]* *//p"
}
holds() { test "$(value "$1" "$2")" = "$3"; }
not() { ! "$@"; }

drive=$prefix/drive_c
folder='C:\Program Files\Plugdaemon'
installed=$drive/Program\ Files/Plugdaemon
data=$drive/ProgramData/Plugdaemon
service='SYSTEM\CurrentControlSet\Services\plugdaemon'
source='SYSTEM\CurrentControlSet\Services\EventLog\Application\plugdaemon'
environment='SYSTEM\CurrentControlSet\Control\Session Manager\Environment'

on_path() { value "$environment" PATH | grep -q -F "$folder"; }
runs() { holds "$service" ImagePath "\"$folder\\plug.exe\" service run --config \"$1\""; }
nothing_left() {
    not test -e "$installed" && not value "$service" ImagePath && not value "$source" TypesSupported &&
        not value 'Software\Plugdaemon' ConfigFile && not on_path
}

"$here/wine" start "$prefix"
# Otherwise it says that it is Windows 7, where the MSI refuses to go.
wine_run winecfg -v win10

echo "-- a first installation"
check 'it is installed without a question' msi /i "$(windows "$old")" NOSTART=1
check 'the program is there' cmp "$program" "$installed/plug.exe"
check 'the default configuration is there' cmp "$configuration" "$data/plug.toml"
check 'it has a folder for logs' test -d "$data/logs"
check 'plug finds nothing wrong with the configuration' \
    wine_run "$folder\\plug.exe" check 'C:\ProgramData\Plugdaemon\plug.toml'
check 'the command line of the service is quoted' runs 'C:\ProgramData\Plugdaemon\plug.toml'
check 'the service starts with the system' holds "$service" Start 0x2
check 'the service has a small account' holds "$service" ObjectName 'NT AUTHORITY\LocalService'
check 'the program is the source of its events' holds "$source" EventMessageFile "$folder\\plug.exe"
check 'all three types of events are told' holds "$source" TypesSupported 0x7
check 'the program is on the path' on_path

echo "-- an upgrade"
printf '# edited\r\n' >>"$data/plug.toml"
cp "$data/plug.toml" "$work/edited.toml"
check 'the newer version is installed' msi /i "$(windows "$new")" NOSTART=1
check 'the edited configuration is as it was' cmp "$work/edited.toml" "$data/plug.toml"
check 'the program is there' cmp "$program" "$installed/plug.exe"
check 'the service is there' runs 'C:\ProgramData\Plugdaemon\plug.toml'
check 'the program is on the path' on_path
check 'the older version is not installed over it' not msi /i "$(windows "$old")" NOSTART=1
check 'the service is there after that' runs 'C:\ProgramData\Plugdaemon\plug.toml'

echo "-- removed, with an edited configuration"
check 'it is removed' msi /x "$(windows "$new")"
check 'nothing is left of it' nothing_left
check 'the edited configuration is as it was' cmp "$work/edited.toml" "$data/plug.toml"
check 'nothing else is left beside it' test "$(ls -A "$data")" = plug.toml

echo "-- installed again, with choices"
check 'it is installed' msi /i "$(windows "$old")" NOSTART=1 FIREWALL=1 'CONFIG_FILE=C:\my own.toml'
check 'the service has the configuration of that name' runs 'C:\my own.toml'
check 'the edited configuration is as it was' cmp "$work/edited.toml" "$data/plug.toml"
check 'the choice of a firewall rule is kept' holds 'Software\Plugdaemon' Firewall 1
check 'the newer version is installed' msi /i "$(windows "$new")" NOSTART=1
check 'the service has the configuration of that name still' runs 'C:\my own.toml'
check 'the choice of a firewall rule is kept still' holds 'Software\Plugdaemon' Firewall 1

echo "-- removed, with the default configuration"
cp "$configuration" "$data/plug.toml"
check 'it is removed' msi /x "$(windows "$new")"
check 'nothing is left of it' nothing_left
check 'not even the folder of the configuration' not test -e "$data"

echo "$failures failures"
test "$failures" -eq 0
