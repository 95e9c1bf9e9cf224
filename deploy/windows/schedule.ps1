# Registers the passes of one shop with Windows' Task Scheduler, for the user who ran `blackbirdctl init`. As an administrator:
#
#   powershell -ExecutionPolicy Bypass -File schedule.ps1
#
# They also run while nobody is logged on. To remove them: Unregister-ScheduledTask -TaskPath '\blackbirdctl\' -Confirm:$false
$ErrorActionPreference = 'Stop'
$program = (Get-Command blackbirdctl).Source
$folder = New-Item -ItemType Directory -Force (Join-Path $env:LOCALAPPDATA 'blackbirdctl')
$user = New-ScheduledTaskPrincipal -UserId "$env:USERDOMAIN\$env:USERNAME" -LogonType S4U
# A task that is late, as after a night in which the machine was off, starts at once; one that still runs is not started again.
$settings = New-ScheduledTaskSettingsSet -MultipleInstances IgnoreNew -StartWhenAvailable -AllowStartIfOnBatteries `
    -DontStopIfGoingOnBatteries -ExecutionTimeLimit (New-TimeSpan -Hours 2)

function Register($name, $call, $trigger) {
    $line = "/c `"`"$program`" $call >> `"$folder\$name.log`" 2>&1`""
    Register-ScheduledTask -Force -TaskPath '\blackbirdctl\' -TaskName $name -Principal $user -Settings $settings `
        -Trigger $trigger -Action (New-ScheduledTaskAction -Execute $env:ComSpec -Argument $line)
}

$minutes = New-ScheduledTaskTrigger -Once -At '00:00' -RepetitionInterval (New-TimeSpan -Minutes 5)
$hours = New-ScheduledTaskTrigger -Once -At '00:12' -RepetitionInterval (New-TimeSpan -Hours 3)
$nightly = New-ScheduledTaskTrigger -Daily -At '04:30'
Register 'products' 'sync products --if-locked skip' $minutes
Register 'all' 'sync --if-locked wait=4m' $hours
Register 'verify' 'verify --repair --if-locked wait=4m' $nightly
