import { join } from 'node:path'
import { ownFile, type SetupFile } from '../../sources/setup.ts'
import type { Env } from '../../sources/source.ts'
import { dailyFile } from './script.ts'

/** What starts a program once a day here, and how it is told. */
export interface DailyWay {
  id: 'systemd' | 'launchd' | 'cron'
  /** What people read. */
  name: string
  /** Files that say so; cron has a list of its own instead. */
  files(env: Env, dataDir: string): SetupFile[]
  /** Words after the program's name that make it count, and that end it. */
  enable(env: Env, userId: number): string[][]
  disable(userId: number): string[][]
  /** Ends with 0 where it counts. */
  isEnabled(userId: number): string[]
  /** The program that is told. */
  program: 'systemctl' | 'launchctl' | 'crontab'
}

const UNIT = 'daybook-daily'
const LABEL = 'daybook.daily'

function plistFile({ home }: Env): string {
  return join(home, 'Library', 'LaunchAgents', `${LABEL}.plist`)
}

export const systemd: DailyWay = {
  id: 'systemd',
  name: 'systemd timer',
  program: 'systemctl',
  files({ home, variables }, dataDir) {
    const folder = join(variables['XDG_CONFIG_HOME'] || join(home, '.config'), 'systemd', 'user')
    return [
      ownFile(
        join(folder, `${UNIT}.service`),
        `[Unit]
Description=Daybook reads what agents wrote

[Service]
Type=oneshot
Nice=10
ExecStart=/bin/sh ${unitWord(dailyFile(dataDir))}
`,
      ),
      ownFile(
        join(folder, `${UNIT}.timer`),
        `[Unit]
Description=Daybook reads what agents wrote, once a day

[Timer]
OnCalendar=daily
RandomizedDelaySec=30min
Persistent=true

[Install]
WantedBy=timers.target
`,
      ),
    ]
  },
  enable: () => [
    ['--user', 'daemon-reload'],
    ['--user', 'enable', '--now', `${UNIT}.timer`],
  ],
  disable: () => [['--user', 'disable', '--now', `${UNIT}.timer`]],
  isEnabled: () => ['--user', 'is-enabled', `${UNIT}.timer`],
}

/** A word of a command line in a unit, which has signs of its own. */
function unitWord(word: string): string {
  const escaped = word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$')
  return `"${escaped}"`
}

export const launchd: DailyWay = {
  id: 'launchd',
  name: 'launchd agent',
  program: 'launchctl',
  files: (env, dataDir) => [
    ownFile(
      plistFile(env),
      `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key><string>${LABEL}</string>
  <key>ProgramArguments</key>
  <array><string>/bin/sh</string><string>${xmlText(dailyFile(dataDir))}</string></array>
  <key>StartCalendarInterval</key>
  <dict><key>Hour</key><integer>12</integer><key>Minute</key><integer>17</integer></dict>
  <key>ProcessType</key><string>Background</string>
</dict>
</plist>
`,
    ),
  ],
  enable: (env, userId) => [['bootstrap', `gui/${userId}`, plistFile(env)]],
  disable: (userId) => [['bootout', `gui/${userId}/${LABEL}`]],
  isEnabled: (userId) => ['print', `gui/${userId}/${LABEL}`],
}

function xmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

export const cron: DailyWay = {
  id: 'cron',
  name: 'cron line',
  program: 'crontab',
  files: () => [],
  enable: () => [],
  disable: () => [],
  isEnabled: () => ['-l'],
}

const MARK = '# daybook: once a day'

/** The list of a person's cron with our line at its end, which stands there once. */
export function withCronLine(list: string, dataDir: string): string {
  // A `%` ends a command there.
  const command = `/bin/sh '${dailyFile(dataDir).replaceAll("'", String.raw`'\''`)}'`.replaceAll('%', String.raw`\%`)
  const rest = withoutCronLine(list)
  return `${rest}${rest === '' || rest.endsWith('\n') ? '' : '\n'}17 12 * * * ${command} ${MARK}\n`
}

export function withoutCronLine(list: string): string {
  return list
    .split(/(?<=\n)/)
    .filter((line) => !line.trimEnd().endsWith(MARK))
    .join('')
}
