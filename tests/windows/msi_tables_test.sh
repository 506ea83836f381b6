#!/bin/sh
# What the MSI promises to Windows Installer, read from its tables:
#   tests/windows/msi_tables_test.sh MSI VERSION
# A pattern is a whole row, its columns parted by tabs (| here), in the words of grep.
set -eu
msi=$1
version=$2
failures=0

# row TABLE PATTERN: there is exactly one row like it.
row() {
    pattern=$(printf '%s' "$2" | tr '|' '\t')
    count=$(msiinfo export "$msi" "$1" | tr -d '\r' | grep -c -x -e "$pattern" || true)
    if test "$count" -ne 1; then
        echo "FAILED: $count rows of $1 like: $2" >&2
        failures=$((failures + 1))
    fi
}

# The service SID that Windows makes of a name: SHA-1 of its capital letters, five numbers.
service_sid() {
    printf 'S-1-5-80'
    printf '%s' "$1" | tr '[:lower:]' '[:upper:]' | iconv -t UTF-16LE | sha1sum | cut -c1-40 |
        sed 's/\(..\)\(..\)\(..\)\(..\)/\4\3\2\1 /g' | tr ' ' '\n' | while read -r number; do
        test -z "$number" || printf -- '-%d' "0x$number"
    done
}

# The files, and no others. msiextract knows no names of the folders of the system.
found=$(msiextract -l "$msi" | sort | tr '\n' ' ')
wanted='Plugdaemon/plug.exe Plugdaemon/plug.toml '
if test "$found" != "$wanted"; then
    echo "FAILED: the files are: $found" >&2
    failures=$((failures + 1))
fi
msiinfo suminfo "$msi" | grep -q -x 'Template: x64;1033' || {
    echo "FAILED: it is no package of a 64-bit system" >&2
    failures=$((failures + 1))
}

row Property "ProductVersion|$version"
row Property 'ALLUSERS|1'
row Property 'UpgradeCode|{8CB9B256-CF11-4072-AA73-9500F2C3331D}'
row Property 'SecureCustomProperties|CONFIG_FILE;FIREWALL;NOSTART;WIX_DOWNGRADE_DETECTED;WIX_UPGRADE_DETECTED'
row File "plug.exe|Program|plug.exe|[0-9]*|$version.0|1033|512|1"
row File 'plug.toml|Configuration|plug.toml|[0-9]*|||512|2'

# The upgrade: every version up to this one goes, a newer one is left alone.
row Upgrade "{8CB9B256-[-0-9A-F]*}|0.0.0|$version||513||WIX_UPGRADE_DETECTED"
row Upgrade "{8CB9B256-[-0-9A-F]*}|$version|||2||WIX_DOWNGRADE_DETECTED"
row LaunchCondition 'NOT WIX_DOWNGRADE_DETECTED|A newer version .*'
row LaunchCondition 'VersionNT64 >= 603|.*'
row InstallExecuteSequence 'InstallInitialize||1500'
row InstallExecuteSequence 'RemoveExistingProducts||1510'

# 64-bit, and the configuration never overwritten and permanent.
row Component 'Program|{[-0-9A-F]*}|INSTALLFOLDER|256||plug.exe'
row Component 'Configuration|{[-0-9A-F]*}|CONFIGFOLDER|400||plug.toml'
row Directory 'CONFIGFOLDER|CommonAppDataFolder|Plugdaemon'
row Directory 'INSTALLFOLDER|ProgramFiles64Folder|Plugdaemon'

row ServiceInstall 'Service|plugdaemon|Plugdaemon|16|2|32769|||NT AUTHORITY\\LocalService||service run --config "\[CONFIG_FILE\]"|Program|.*'
row Registry 'ImagePath|2|SYSTEM\\CurrentControlSet\\Services\\plugdaemon|ImagePath|#%"\[INSTALLFOLDER\]plug.exe" service run --config "\[CONFIG_FILE\]"|Program'
row InstallExecuteSequence 'InstallServices|VersionNT|5800'
row InstallExecuteSequence 'WriteRegistryValues||5810'
row ServiceControl 'Service|plugdaemon|163||1|Program'
row InstallExecuteSequence 'StartServices|VersionNT AND NOT NOSTART|5900'
row MsiServiceConfig 'DelayedStart|plugdaemon|1|3|1|Program'
row MsiServiceConfig 'FailedStart|plugdaemon|1|4|1|Program'
row MsiServiceConfig 'ServiceSid|plugdaemon|1|5|1|Program'
row MsiServiceConfigFailureActions 'Recovery|plugdaemon|1|86400|||1\[~\]1\[~\]1|5000\[~\]15000\[~\]60000|Program'
row InstallExecuteSequence 'MsiConfigureServices|VersionNT|5850'

source='SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\plugdaemon'
row Registry "reg[0-9A-F]*|2|$source|EventMessageFile|\\[INSTALLFOLDER\\]plug.exe|EventSource"
row Registry "reg[0-9A-F]*|2|$source|TypesSupported|#7|EventSource"

# What was chosen is written down and read again.
row Registry 'reg[0-9A-F]*|2|Software\\Plugdaemon|ConfigFile|\[CONFIG_FILE\]|Choices'
row Registry 'reg[0-9A-F]*|2|Software\\Plugdaemon|Firewall|\[FIREWALL\]|Choices'
row RegLocator 'SavedConfigFile|2|Software\\Plugdaemon|ConfigFile|18'
row RegLocator 'SavedFirewall|2|Software\\Plugdaemon|Firewall|18'
row AppSearch 'SAVED_CONFIG_FILE|SavedConfigFile'
row AppSearch 'SAVED_FIREWALL|SavedFirewall'
row CustomAction 'UseSavedConfigFile|51|CONFIG_FILE|\[SAVED_CONFIG_FILE\]|'
row CustomAction 'UseDefaultConfigFile|51|CONFIG_FILE|\[CONFIGFOLDER\]plug.toml|'
row CustomAction 'UseSavedFirewall|51|FIREWALL|\[SAVED_FIREWALL\]|'

row Environment 'Path|=-\*PATH|\[~\];\[INSTALLFOLDER\]|Path'
row InstallExecuteSequence 'WriteEnvironmentStrings||5200'
row InstallExecuteSequence 'RemoveEnvironmentStrings||3300'

netsh='"\[System64Folder\]netsh.exe" advfirewall firewall'
row CustomAction "OpenFirewall|3106|System64Folder|$netsh add rule name=Plugdaemon dir=in action=allow protocol=TCP program=\"\\[INSTALLFOLDER\\]plug.exe\"|"
row CustomAction "OpenFirewallRollback|3426|System64Folder|$netsh delete rule name=Plugdaemon|"
row CustomAction "CloseFirewall|3170|System64Folder|$netsh delete rule name=Plugdaemon|"
row InstallExecuteSequence 'OpenFirewall|NOT REMOVE AND FIREWALL=1|5211'
row InstallExecuteSequence 'CloseFirewall|REMOVE="ALL" AND FIREWALL=1|3200'

row CustomAction 'RemoveUnedited|3650|RemoveUnedited|"\[CONFIGFOLDER\]plug.toml"|'
row InstallExecuteSequence 'RemoveUnedited|REMOVE="ALL" AND NOT UPGRADINGPRODUCTCODE|3710'

sid=$(service_sid plugdaemon)
row MsiLockPermissionsEx "ReadConfiguration|CONFIGFOLDER|CreateFolder|D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;$sid)|"
row MsiLockPermissionsEx "WriteLogs|LOGFOLDER|CreateFolder|D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;$sid)|"

test "$failures" -eq 0
