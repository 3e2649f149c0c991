// The file that lets a supervisor start the host: a systemd unit, or a launchd property list.

export interface Service {
  /** The program and its words. */
  command: readonly string[]
  cwd: string
  dataDirectory: string
  /** How long the host takes to stop, at most. */
  stopSeconds: number
}

/** A unit of systemd for one user (systemd.service(5)). */
export function systemdUnit({ command, cwd, dataDirectory, stopSeconds }: Service): string {
  return `[Unit]
Description=Buttons host for ${unitText(dataDirectory)}
After=network-online.target
Wants=network-online.target

[Service]
ExecStart=${command.map(unitWord).join(' ')}
WorkingDirectory=${unitText(cwd)}
Environment=${unitWord(`BUTTONS_HOME=${dataDirectory}`)}
Restart=on-failure
RestartSec=2
# The host ends its presses by itself; whatever is left then is ended for it.
KillMode=mixed
TimeoutStopSec=${stopSeconds}
UMask=0077

[Install]
WantedBy=default.target
`
}

// Quotes keep blanks, backslashes escape, and both % and $ would be replaced.
function unitWord(word: string): string {
  const plain = unitText(word).replaceAll('$', '$$$$')
  return /^[A-Za-z0-9_@%+=:,./$-]+$/.test(plain) ? plain : `"${plain.replace(/["\\]/g, '\\$&')}"`
}

function unitText(text: string): string {
  return text.replaceAll('%', '%%')
}

export const launchdLabel = 'buttons.serve'

/** A property list for launchd (launchd.plist(5)). */
export function launchdPlist({ command, cwd, dataDirectory, stopSeconds }: Service): string {
  const words = command.map((word) => `    <string>${escapeXml(word)}</string>`).join('\n')
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${launchdLabel}</string>
  <key>ProgramArguments</key>
  <array>
${words}
  </array>
  <key>WorkingDirectory</key>
  <string>${escapeXml(cwd)}</string>
  <key>EnvironmentVariables</key>
  <dict>
    <key>BUTTONS_HOME</key>
    <string>${escapeXml(dataDirectory)}</string>
  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ExitTimeOut</key>
  <integer>${stopSeconds}</integer>
  <key>Umask</key>
  <integer>63</integer>
  <key>StandardErrorPath</key>
  <string>${escapeXml(dataDirectory)}/serve.log</string>
</dict>
</plist>
`
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
