import { Command } from './notice.tsx'

/** What is done by a command elsewhere than on this page: what for, and the command. */
export function Commands({ of }: { of: readonly (readonly [says: string, line: string])[] }) {
  return (
    <dl className="commands">
      {of.map(([says, line]) => (
        <div key={line}>
          <dt>{says}:</dt>
          <dd>
            <Command line={line} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
