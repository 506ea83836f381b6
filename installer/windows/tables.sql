-- What wixl 0.101 drops, refuses or gets wrong, as build-msi tells it to msibuild: a statement is a
-- line, VERSION stands for the version. Numbers are those of "Windows Installer", "Database Tables".

-- plug.exe has a version, so that Windows Installer compares by it.
UPDATE `File` SET `Version`='VERSION.0', `Language`='1033' WHERE `File`='plug.exe'

-- 400 = 64-bit (256) + never overwritten (128) + permanent (16): an edited configuration stays. One
-- that nobody edited is removed by the action RemoveUnedited.
UPDATE `Component` SET `Attributes`=400 WHERE `Component`='Configuration'

-- 18 = a raw value (2) of the 64-bit registry (16).
UPDATE `RegLocator` SET `Type`=18 WHERE `Type`=2

-- A versioned file is not compared by its hash.
DELETE FROM `MsiFileHash` WHERE `File_`='plug.exe'

-- Another build of the same version replaces the installed one: 513 = features are kept (1) + up to
-- and with this version (512). The old one is removed within the transaction (InstallInitialize, 1500).
DELETE FROM `Upgrade` WHERE `ActionProperty`='WIX_UPGRADE_DETECTED'
INSERT INTO `Upgrade` (`UpgradeCode`, `VersionMin`, `VersionMax`, `Language`, `Attributes`, `Remove`, `ActionProperty`) VALUES ('{8CB9B256-CF11-4072-AA73-9500F2C3331D}', '0.0.0', 'VERSION', '', 513, '', 'WIX_UPGRADE_DETECTED')
UPDATE `InstallExecuteSequence` SET `Sequence`=1510 WHERE `Action`='RemoveExistingProducts'

-- What someone who is no administrator says on the command line reaches the part that runs as one.
UPDATE `Property` SET `Value`='CONFIG_FILE;FIREWALL;NOSTART;WIX_DOWNGRADE_DETECTED;WIX_UPGRADE_DETECTED' WHERE `Property`='SecureCustomProperties'

-- 32769 = normal (1) + vital (32768): without its service the installation fails.
UPDATE `ServiceInstall` SET `ErrorControl`=32769 WHERE `Name`='plugdaemon'

-- Windows Installer quotes the path of a program by itself; Wine's does not. So that it is quoted in
-- every case, it is written again behind the registration (InstallServices, 5800); #% = expandable.
INSERT INTO `Registry` (`Registry`, `Root`, `Key`, `Name`, `Value`, `Component_`) VALUES ('ImagePath', 2, 'SYSTEM\CurrentControlSet\Services\plugdaemon', 'ImagePath', '#%"[INSTALLFOLDER]plug.exe" service run --config "[CONFIG_FILE]"', 'Program')
UPDATE `InstallExecuteSequence` SET `Sequence`=5810 WHERE `Action`='WriteRegistryValues'

-- Delayed start (3), recovery for a failed start too and not only for a crash (4), a SID of its own (5).
CREATE TABLE `MsiServiceConfig` (`MsiServiceConfig` CHAR(72) NOT NULL, `Name` CHAR(255) NOT NULL LOCALIZABLE, `Event` INT NOT NULL, `ConfigType` LONG NOT NULL, `Argument` CHAR(255), `Component_` CHAR(72) NOT NULL PRIMARY KEY `MsiServiceConfig`)
INSERT INTO `MsiServiceConfig` (`MsiServiceConfig`, `Name`, `Event`, `ConfigType`, `Argument`, `Component_`) VALUES ('DelayedStart', 'plugdaemon', 1, 3, '1', 'Program')
INSERT INTO `MsiServiceConfig` (`MsiServiceConfig`, `Name`, `Event`, `ConfigType`, `Argument`, `Component_`) VALUES ('FailedStart', 'plugdaemon', 1, 4, '1', 'Program')
INSERT INTO `MsiServiceConfig` (`MsiServiceConfig`, `Name`, `Event`, `ConfigType`, `Argument`, `Component_`) VALUES ('ServiceSid', 'plugdaemon', 1, 5, '1', 'Program')

-- Restarted (1) after 5, 15 and 60 seconds; counted anew each day.
CREATE TABLE `MsiServiceConfigFailureActions` (`MsiServiceConfigFailureActions` CHAR(72) NOT NULL, `Name` CHAR(255) NOT NULL LOCALIZABLE, `Event` INT NOT NULL, `ResetPeriod` LONG, `RebootMessage` CHAR(255) LOCALIZABLE, `Command` CHAR(255) LOCALIZABLE, `Actions` CHAR(255), `DelayActions` CHAR(255), `Component_` CHAR(72) NOT NULL PRIMARY KEY `MsiServiceConfigFailureActions`)
INSERT INTO `MsiServiceConfigFailureActions` (`MsiServiceConfigFailureActions`, `Name`, `Event`, `ResetPeriod`, `Actions`, `DelayActions`, `Component_`) VALUES ('Recovery', 'plugdaemon', 1, 86400, '1[~]1[~]1', '5000[~]15000[~]60000', 'Program')

-- Set (=), taken away with the product (-), of the machine (*); behind what is there.
CREATE TABLE `Environment` (`Environment` CHAR(72) NOT NULL, `Name` CHAR(255) NOT NULL LOCALIZABLE, `Value` CHAR(255) LOCALIZABLE, `Component_` CHAR(72) NOT NULL PRIMARY KEY `Environment`)
INSERT INTO `Environment` (`Environment`, `Name`, `Value`, `Component_`) VALUES ('Path', '=-*PATH', '[~];[INSTALLFOLDER]', 'Path')

-- The system and administrators may do everything, the service (its SID is made of its name) may read
-- the configuration and write logs; nobody else may do anything.
CREATE TABLE `MsiLockPermissionsEx` (`MsiLockPermissionsEx` CHAR(72) NOT NULL, `LockObject` CHAR(72) NOT NULL, `Table` CHAR(32) NOT NULL, `SDDLText` LONGCHAR NOT NULL, `Condition` CHAR(255) PRIMARY KEY `MsiLockPermissionsEx`)
INSERT INTO `MsiLockPermissionsEx` (`MsiLockPermissionsEx`, `LockObject`, `Table`, `SDDLText`) VALUES ('ReadConfiguration', 'CONFIGFOLDER', 'CreateFolder', 'D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;S-1-5-80-424900489-1286362906-382539902-3368014162-2065099354)')
INSERT INTO `MsiLockPermissionsEx` (`MsiLockPermissionsEx`, `LockObject`, `Table`, `SDDLText`) VALUES ('WriteLogs', 'LOGFOLDER', 'CreateFolder', 'D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;S-1-5-80-424900489-1286362906-382539902-3368014162-2065099354)')

-- 51 = set a property. 3106 = a program (34), with the rights of the installer (2048) and in its turn
-- (1024); + 64: whatever it ends with; + 256: when the installation is rolled back; 3650 = a program
-- within the MSI (2), whatever it ends with, with those rights, once all the rest has succeeded (1536).
INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`) VALUES ('UseSavedConfigFile', 51, 'CONFIG_FILE', '[SAVED_CONFIG_FILE]')
INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`) VALUES ('UseDefaultConfigFile', 51, 'CONFIG_FILE', '[CONFIGFOLDER]plug.toml')
INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`) VALUES ('UseSavedFirewall', 51, 'FIREWALL', '[SAVED_FIREWALL]')
INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`) VALUES ('OpenFirewall', 3106, 'System64Folder', '"[System64Folder]netsh.exe" advfirewall firewall add rule name=Plugdaemon dir=in action=allow protocol=TCP program="[INSTALLFOLDER]plug.exe"')
INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`) VALUES ('OpenFirewallRollback', 3426, 'System64Folder', '"[System64Folder]netsh.exe" advfirewall firewall delete rule name=Plugdaemon')
INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`) VALUES ('CloseFirewall', 3170, 'System64Folder', '"[System64Folder]netsh.exe" advfirewall firewall delete rule name=Plugdaemon')
INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`) VALUES ('RemoveUnedited', 3650, 'RemoveUnedited', '"[CONFIGFOLDER]plug.toml"')

-- When each of these has its turn, and when the service is started.
INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`) VALUES ('UseSavedConfigFile', 'NOT CONFIG_FILE AND SAVED_CONFIG_FILE', 410)
INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`) VALUES ('UseSavedFirewall', 'NOT FIREWALL AND SAVED_FIREWALL', 411)
INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`) VALUES ('UseDefaultConfigFile', 'NOT CONFIG_FILE', 1010)
INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`) VALUES ('CloseFirewall', 'REMOVE="ALL" AND FIREWALL=1', 3200)
INSERT INTO `InstallExecuteSequence` (`Action`, `Sequence`) VALUES ('RemoveEnvironmentStrings', 3300)
INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`) VALUES ('RemoveUnedited', 'REMOVE="ALL" AND NOT UPGRADINGPRODUCTCODE', 3710)
INSERT INTO `InstallExecuteSequence` (`Action`, `Sequence`) VALUES ('WriteEnvironmentStrings', 5200)
INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`) VALUES ('OpenFirewallRollback', 'NOT REMOVE AND FIREWALL=1', 5210)
INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`) VALUES ('OpenFirewall', 'NOT REMOVE AND FIREWALL=1', 5211)
INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`) VALUES ('MsiConfigureServices', 'VersionNT', 5850)
UPDATE `InstallExecuteSequence` SET `Condition`='VersionNT AND NOT NOSTART' WHERE `Action`='StartServices'
