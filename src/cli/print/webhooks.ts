import type { AddedWebhook, WebhookView } from '../../operations/webhooks.ts'
import type { Page } from '../../stores/page.ts'
import { printTable } from '../table.ts'
import { meta, subject, warn } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { clock, printDemoMark, printMore } from './common.ts'

/** `daybook webhook add`. */
export function printAddedWebhook(view: View, webhook: AddedWebhook): void {
  const { out } = view
  if (!out.terminal) {
    out.line(`${webhook.id}\t${webhook.secret}`)
    return
  }
  printDemoMark(view)
  out.line(subject(webhook.id), ` is told of ${webhook.kinds.join(', ')} while daybook serve runs.`)
  out.line(webhook.secret)
  out.line(meta('What is sent is signed with it, as Standard Webhooks has it. It is shown this once.'))
  printNext(view, [
    ['daybook webhook list', 'how far it was told'],
    [`daybook webhook remove ${webhook.id}`, 'tell it nothing more'],
  ])
}

/** `daybook webhook list`. */
export function printWebhooks(view: View, page: Page<WebhookView>): void {
  printDemoMark(view)
  if (page.items.length === 0 && view.out.terminal) {
    view.out.line('No address is told what happens.')
    printNext(view, [['daybook webhook add --help', 'tell one']])
    return
  }
  printTable(view.out, columns(view), page.items, {
    note: ({ lastError, attempts }) =>
      lastError === null ? undefined : warn(`tried ${attempts === 1 ? 'once' : `${attempts} times`}: ${lastError}`),
  })
  printMore(view, page)
  const failing = page.items.find(({ lastError }) => lastError !== null)
  if (failing) printNext(view, [[`daybook webhook retry ${failing.id}`, 'try again at once']])
}

/** `daybook webhook remove` and `retry`. */
export function printRemovedWebhook(view: View, webhook: WebhookView): void {
  if (!view.out.terminal) return printTable(view.out, columns(view), [webhook])
  view.out.line(subject(webhook.id), ` is removed: ${webhook.url} is told nothing more.`)
  printNext(view, [['daybook webhook list', 'those that are left']])
}

export function printRetriedWebhook(view: View, webhook: WebhookView): void {
  if (!view.out.terminal) return printTable(view.out, columns(view), [webhook])
  view.out.line(subject(webhook.id), ' is tried again within a second, while daybook serve runs.')
  printNext(view, [['daybook webhook list', 'how it went']])
}

function columns(view: View) {
  return [
    { header: 'WEBHOOK', cell: ({ id }: WebhookView) => subject(id) },
    { header: 'ADDRESS', cell: ({ url }: WebhookView) => url, shrink: 20 },
    { header: 'TOLD OF', cell: ({ kinds }: WebhookView) => kinds.join(' '), drop: true },
    { header: 'BEHIND', align: 'right' as const, cell: ({ behind }: WebhookView) => String(behind) },
    {
      header: 'NEXT',
      cell: ({ nextAttemptAt, stoppedAt }: WebhookView) => {
        if (stoppedAt !== null) return warn('given up')
        return nextAttemptAt === null ? '–' : clock(view, nextAttemptAt)
      },
      pipe: {
        header: 'NEXT_ATTEMPT_AT',
        value: ({ nextAttemptAt, stoppedAt }: WebhookView) => (stoppedAt === null ? nextAttemptAt : 'given up'),
      },
    },
    { header: 'ATTEMPTS', cell: ({ attempts }: WebhookView) => String(attempts), pipeOnly: true },
    {
      header: 'LAST_ERROR',
      cell: ({ lastError }: WebhookView) => lastError ?? '',
      pipeOnly: true,
    },
  ]
}
